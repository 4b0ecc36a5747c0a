// Mouse, pen and touch: one pointer paints, two pinch and pan, Space or the middle button pan.

const LEFT = 0, MIDDLE = 1, RIGHT = 2, PEN_ERASER = 5;
const WHEEL = 0.0015, PINCH_WHEEL = 0.01;

export function followPointers(canvas, editor, { ended, isPanKey }) {
  const { view } = editor;
  const touching = new Map(); // pointer id -> its newest position on the stage
  let panning = false, painting = null;

  const position = (event) => {
    const { left, top } = canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const pressure = (event) => (event.pointerType === "pen" ? event.pressure : 1);
  const setPanning = (is) => {
    panning = is;
    canvas.classList.toggle("panning", is);
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (!editor.original) return;
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
    editor.keyboard = false;
    touching.set(event.pointerId, position(event));
    if (touching.size > 1) {
      // A second finger: what the first has begun was no stroke.
      editor.cancelStroke();
      painting = null;
    } else if (event.button === MIDDLE || isPanKey()) {
      setPanning(true);
    } else if ([LEFT, RIGHT, PEN_ERASER].includes(event.button)) {
      painting = event.pointerId;
      const at = view.toPicture(...position(event));
      const erase = event.button !== LEFT;
      editor.press(at, { erase, pressure: pressure(event), line: event.shiftKey });
    }
    event.preventDefault();
  });

  canvas.addEventListener("pointermove", (event) => {
    if (!editor.original) return;
    const before = touching.get(event.pointerId);
    if (before && touching.size === 2) pinch(touching, event.pointerId, position(event), view);
    if (before) touching.set(event.pointerId, position(event));
    if (before && panning) {
      const [x, y] = position(event);
      view.pan(x - before[0], y - before[1]);
    }
    if (painting === event.pointerId) {
      const all = event.getCoalescedEvents?.() ?? [];
      for (const one of all.length ? all : [event])
        editor.move(view.toPicture(...position(one)), pressure(one));
    } else if (!editor.stroke) {
      const hovers = event.pointerType !== "touch" && !panning;
      editor.pointer = hovers ? view.toPicture(...position(event)) : null;
    }
    editor.changed("view");
  });

  const leave = (event) => {
    touching.delete(event.pointerId);
    if (event.type === "pointercancel") editor.cancelStroke();
    else if (painting === event.pointerId && editor.lift()) ended();
    painting = null;
    setPanning(false);
    if (event.pointerType === "touch") editor.pointer = null;
    editor.changed("view");
  };
  canvas.addEventListener("pointerup", leave);
  canvas.addEventListener("pointercancel", leave);
  canvas.addEventListener("pointerleave", () => {
    if (!editor.stroke && !editor.keyboard) editor.pointer = null;
    editor.changed("view");
  });
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());

  canvas.addEventListener("wheel", (event) => {
    if (!editor.original) return;
    event.preventDefault();
    if (event.altKey) {
      editor.resize(-Math.sign(event.deltaY || event.deltaX));
    } else {
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
      const speed = event.ctrlKey ? PINCH_WHEEL : WHEEL; // browsers send pinches as Ctrl+wheel
      view.zoom(Math.exp(-event.deltaY * lines * speed), ...position(event));
    }
    editor.changed("view");
  }, { passive: false });
}

// One of two fingers moves: scale by the change of their distance, pan by that of their middle.
function pinch(touching, moved, to, view) {
  const [other] = [...touching].filter(([id]) => id !== moved).map(([, at]) => at);
  const from = touching.get(moved);
  const distance = (at) => Math.hypot(at[0] - other[0], at[1] - other[1]);
  const middle = [(from[0] + other[0]) / 2, (from[1] + other[1]) / 2];
  view.zoom(Math.max(distance(to), 1) / Math.max(distance(from), 1), ...middle);
  view.pan((to[0] - from[0]) / 2, (to[1] - from[1]) / 2);
}
