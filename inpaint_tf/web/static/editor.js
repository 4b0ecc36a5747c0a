// The editor: a picture file, the steps done to it, the current tool. It knows nothing of events.

import { History } from "./history.js";
import { Mask, paints } from "./mask.js";
import { View } from "./view.js";

const GROWTH = 1.25, PEN_LEAST = 0.2;

export class Editor extends EventTarget {
  view = new View();
  tool = "brush";
  size = 40; // of brush and eraser, pixels of the picture
  original = null; // { file, bitmap, name }
  shown = null; // the bitmap of the newest result, or the original's
  stroke = null; // the operation in progress
  pointer = null; // where the tool is, pixels of the picture
  compare = null; // where the divider is, 0 to 1 of the stage; null without
  locked = false; // while a hole is filled
  bare = false; // whether only the original is shown, while a key is held

  changed(what = "picture") {
    this.dispatchEvent(new CustomEvent("change", { detail: what }));
  }

  // Starts with a picture; the steps done to the one before are forgotten.
  open(original) {
    this.original = original;
    this.shown = original.bitmap;
    this.history = new History();
    this.mask = new Mask(original.bitmap.width, original.bitmap.height);
    this.stroke = this.pointer = this.compare = null;
    this.setSize(Math.max(original.bitmap.width, original.bitmap.height) / 20);
    this.view.show(original.bitmap);
    this.changed();
  }

  // The file to fill next.
  get file() {
    return this.history.result?.result ?? this.original.file;
  }

  get isPainted() {
    return Boolean(this.original) && paints(this.history.operations);
  }

  get largestSize() {
    if (!this.original) return 256;
    const { width, height } = this.original.bitmap;
    return Math.max(1, Math.round(Math.max(width, height) / 4));
  }

  setSize(size) {
    this.size = Math.min(Math.max(Math.round(size), 1), this.largestSize);
    this.changed("size");
  }

  resize(direction) {
    const next = direction > 0 ? Math.max(this.size * GROWTH, this.size + 1) : this.size / GROWTH;
    this.setSize(direction > 0 ? Math.ceil(next) : Math.floor(next));
  }

  // A stroke: `press` puts the tool down at a position in the picture, `move` draws, `lift` ends it.
  press([x, y], { erase = false, pressure = 1, line = false } = {}) {
    if (this.locked) return;
    this.compare = null; // back to what is painted
    const isEraser = this.tool === "eraser";
    const from = line && this.last ? this.last : [];
    this.stroke = {
      tool: isEraser ? "brush" : this.tool,
      erase: erase || isEraser,
      size: this.size,
      points: [...from, x, y, PEN_LEAST + (1 - PEN_LEAST) * pressure],
    };
    if (this.isBrush) this.mask.draw(this.stroke);
    this.changed("stroke");
  }

  move([x, y], pressure = 1) {
    this.pointer = [x, y];
    if (this.stroke) {
      const { points } = this.stroke;
      points.push(x, y, PEN_LEAST + (1 - PEN_LEAST) * pressure);
      if (this.isBrush) this.mask.draw({ ...this.stroke, points: points.slice(-6) });
    }
    this.changed("stroke");
  }

  lift() {
    const { stroke } = this;
    this.stroke = null;
    if (!stroke) return false;
    this.last = stroke.points.slice(-3);
    this.apply(stroke);
    return !stroke.erase;
  }

  cancelStroke() {
    if (!this.stroke) return;
    this.stroke = null;
    this.mask.replay(this.history.operations);
    this.changed();
  }

  get isBrush() {
    return this.stroke.tool === "brush";
  }

  apply(operation) {
    this.history.add(operation);
    // Drawn again from the beginning: the pieces drawn on the way have softer ends.
    this.mask.replay(this.history.operations);
    this.changed();
  }

  addResult(result, bitmap) {
    this.history.add({ result });
    this.shown = bitmap;
    this.mask.replay([]);
    this.changed();
  }

  // Walks the steps; `decode` gives the bitmap of a result's file.
  async walk(direction, decode) {
    if (!this.original) return;
    this.cancelStroke();
    const before = this.history.result;
    this.history[direction]();
    const { result } = this.history;
    if (result !== before)
      this.shown = result ? await decode(result.result) : this.original.bitmap;
    this.mask.replay(this.history.operations);
    this.changed();
  }
}
