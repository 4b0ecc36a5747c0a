// The hole as it is painted: a canvas of the picture's size, drawn by operations that can be
// played again. Each is a plain object { tool, erase, ... } in pixels of the picture.

export const COLOR = "#ff3d81";

const DRAW = {
  brush(context, { points, size }) {
    // Triples of x, y and pressure. A dot first, so that a click paints too.
    let [x, y, pressure] = points;
    context.beginPath();
    context.arc(x, y, (size * pressure) / 2, 0, 2 * Math.PI);
    context.fill();
    for (let at = 3; at < points.length; at += 3) {
      context.lineWidth = size * points[at + 2];
      context.beginPath();
      context.moveTo(x, y);
      [x, y] = [points[at], points[at + 1]];
      context.lineTo(x, y);
      context.stroke();
    }
  },
  box(context, { points }) {
    const [x, y, width, height] = boxOf(points);
    context.fillRect(x, y, width, height);
  },
  lasso(context, { points }) {
    context.fill(lassoPath(points));
  },
  picture(context, { bitmap }) {
    context.imageSmoothingEnabled = false;
    // The server's strokes let a quarter of the ground through; five of them nothing.
    for (let time = 0; time < 5; time += 1)
      context.drawImage(bitmap, 0, 0, context.canvas.width, context.canvas.height);
    cover(context, "source-in");
  },
  invert(context) {
    cover(context, "source-out");
  },
  clear(context) {
    cover(context, "clear");
  },
};

function cover(context, how) {
  context.globalCompositeOperation = how;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
}

// Whole pixels between the first and the last of some points: left, top, width, height.
export function boxOf(points) {
  const ends = [points.slice(0, 2), points.slice(-3, -1)];
  const [left, right] = ends.map((end) => end[0]).sort((a, b) => a - b);
  const [top, bottom] = ends.map((end) => end[1]).sort((a, b) => a - b);
  const x = Math.floor(left), y = Math.floor(top);
  return [x, y, Math.ceil(right) - x, Math.ceil(bottom) - y];
}

export function lassoPath(points) {
  const path = new Path2D();
  for (let at = 0; at < points.length; at += 3) path.lineTo(points[at], points[at + 1]);
  path.closePath();
  return path;
}

export class Mask {
  constructor(width, height) {
    this.canvas = document.createElement("canvas");
    this.canvas.width = width;
    this.canvas.height = height;
    this.context = this.canvas.getContext("2d");
  }

  draw(operation) {
    const { context } = this;
    context.save();
    context.fillStyle = context.strokeStyle = COLOR;
    context.lineCap = context.lineJoin = "round";
    context.globalCompositeOperation = operation.erase ? "destination-out" : "source-over";
    DRAW[operation.tool](context, operation);
    context.restore();
  }

  replay(operations) {
    this.draw({ tool: "clear" });
    for (const operation of operations) this.draw(operation);
  }

  // A PNG file, white where the hole is, black elsewhere.
  file() {
    const flat = document.createElement("canvas");
    flat.width = this.canvas.width;
    flat.height = this.canvas.height;
    const context = flat.getContext("2d");
    context.drawImage(this.canvas, 0, 0);
    context.fillStyle = "#fff";
    cover(context, "source-in");
    context.fillStyle = "#000";
    cover(context, "destination-over");
    return new Promise((done) => flat.toBlob(done, "image/png"));
  }
}

// Whether operations, played from an empty mask on, may leave something painted.
export function paints(operations) {
  return operations.some(({ tool, erase }) => tool !== "clear" && !erase);
}
