// The steps done to one picture, which can be walked back and forth.
// A step is an operation on the mask, or { result, ... } that also starts an empty mask.

export class History {
  constructor() {
    this.steps = [];
    this.at = 0;
  }

  add(step) {
    this.steps.length = this.at; // undone steps are lost once something new is done
    this.steps.push(step);
    this.at += 1;
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.steps.length;
  }

  undo() {
    if (this.canUndo) this.at -= 1;
  }

  redo() {
    if (this.canRedo) this.at += 1;
  }

  // The newest result up to here, or undefined.
  get result() {
    return this.steps.slice(0, this.at).findLast((step) => step.result);
  }

  // The operations that make the mask as it is here.
  get operations() {
    const done = this.steps.slice(0, this.at);
    return done.slice(done.findLastIndex((step) => step.result || step.tool === "clear") + 1);
  }
}
