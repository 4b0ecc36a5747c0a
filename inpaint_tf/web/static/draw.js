// Draws one frame: picture, what is painted, the tool, the divider's two halves.

import { boxOf, COLOR, lassoPath } from "./mask.js";

const SHARP_FROM = 2; // screen pixels a picture pixel, from where on pixels are shown as squares
const MASK_OPACITY = 0.55;

export function draw(canvas, editor) {
  const ratio = window.devicePixelRatio || 1, { view } = editor;
  const width = Math.round(view.width * ratio), height = Math.round(view.height * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  if (!editor.original) return;
  const { scale, x, y } = view;
  context.setTransform(ratio * scale, 0, 0, ratio * scale, ratio * x, ratio * y);
  context.imageSmoothingEnabled = ratio * scale < SHARP_FROM;
  context.imageSmoothingQuality = scale < 0.5 ? "high" : "low";

  context.drawImage(editor.bare ? editor.original.bitmap : editor.shown, 0, 0);
  if (editor.compare !== null) drawOriginalHalf(context, editor);
  if (editor.bare || editor.compare !== null) return;
  context.globalAlpha = MASK_OPACITY;
  context.drawImage(editor.mask.canvas, 0, 0);
  context.globalAlpha = 1;
  if (editor.stroke) drawOutline(context, editor.stroke, scale);
  if (editor.pointer) drawTool(context, editor, scale);
}

function drawOriginalHalf(context, { view, compare, original }) {
  const [edge] = view.toPicture(view.width * compare, 0);
  const shown = Math.min(Math.max(edge, 0), original.bitmap.width);
  context.save();
  context.beginPath();
  context.rect(0, 0, shown, original.bitmap.height);
  context.clip();
  context.drawImage(original.bitmap, 0, 0);
  context.restore();
}

function drawOutline(context, { tool, points }, scale) {
  if (tool === "brush") return;
  const path = new Path2D();
  if (tool === "box") path.rect(...boxOf(points));
  else path.addPath(lassoPath(points));
  context.fillStyle = COLOR;
  context.globalAlpha = MASK_OPACITY / 2;
  context.fill(path);
  context.globalAlpha = 1;
  twoColors(context, scale, () => context.stroke(path));
}

function drawTool(context, { pointer: [x, y], tool, size, keyboard }, scale) {
  const isRound = tool === "brush" || tool === "eraser";
  const reach = 8 / scale;
  twoColors(context, scale, () => {
    context.beginPath();
    if (isRound) context.arc(x, y, size / 2, 0, 2 * Math.PI);
    if (!isRound || keyboard) {
      context.moveTo(x - reach, y);
      context.lineTo(x + reach, y);
      context.moveTo(x, y - reach);
      context.lineTo(x, y + reach);
    }
    context.stroke();
  });
}

// Light on dark, so that it is seen on every picture.
function twoColors(context, scale, stroke) {
  for (const [color, width] of [["#000a", 3], ["#fff", 1.5]]) {
    context.strokeStyle = color;
    context.lineWidth = width / scale;
    stroke();
  }
}
