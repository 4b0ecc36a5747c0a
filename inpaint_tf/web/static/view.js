// Where the picture lies on the screen: CSS pixel = picture pixel * scale + offset.

const LEAST_OF_FIT = 0.3, MOST = 40, MARGIN = 16;

export class View {
  constructor() {
    this.scale = 1;
    this.x = this.y = 0;
    this.width = this.height = 1; // of the stage
    this.picture = { width: 1, height: 1 };
    this.fitted = true;
  }

  resize(width, height) {
    this.width = width;
    this.height = height;
    if (this.fitted) this.fit();
  }

  show(picture) {
    this.picture = { width: picture.width, height: picture.height };
    this.fit();
  }

  get fitScale() {
    const { width, height } = this.picture;
    const across = (this.width - 2 * MARGIN) / width, down = (this.height - 2 * MARGIN) / height;
    return Math.max(0.001, Math.min(across, down, 8));
  }

  fit() {
    this.scale = this.fitScale;
    this.x = (this.width - this.picture.width * this.scale) / 2;
    this.y = (this.height - this.picture.height * this.scale) / 2;
    this.fitted = true;
  }

  // Scales by `factor` so that the point at this position of the stage stays there.
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const least = Math.min(this.fitScale * LEAST_OF_FIT, 1);
    const scale = Math.min(Math.max(this.scale * factor, least), Math.max(MOST, this.fitScale));
    this.x = x - (x - this.x) * (scale / this.scale);
    this.y = y - (y - this.y) * (scale / this.scale);
    this.scale = scale;
    this.fitted = false;
  }

  // Moves by CSS pixels; a corner of the picture stays in sight.
  pan(dx, dy) {
    const keep = 40;
    const within = (offset, size, room) => Math.min(Math.max(offset, keep - size), room - keep);
    this.x = within(this.x + dx, this.picture.width * this.scale, this.width);
    this.y = within(this.y + dy, this.picture.height * this.scale, this.height);
    this.fitted = false;
  }

  toPicture(x, y) {
    return [(x - this.x) / this.scale, (y - this.y) / this.scale];
  }

  toStage(x, y) {
    return [x * this.scale + this.x, y * this.scale + this.y];
  }
}
