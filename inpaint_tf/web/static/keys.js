// The keyboard: one table of keys, for the events and for the page's list.

const STEP = 10, FINE = 1; // CSS pixels that an arrow key moves the cross; with Shift

// Key, what it does, the action's name; a key is "Ctrl+", "Shift+" and event.key in lower case.
const KEYS = [
  ["b", "Brush", "brush"],
  ["e", "Eraser", "eraser"],
  ["r", "Box", "box"],
  ["l", "Lasso", "lasso"],
  ["[", "Smaller brush", "smaller"],
  ["]", "Larger brush", "larger"],
  ["enter", "Fill the painted area", "fill"],
  ["escape", "Cancel a stroke or the filling; close a dialog", "cancel"],
  ["ctrl+z", "Undo, strokes and results", "undo"],
  ["ctrl+shift+z", "Redo", "redo"],
  ["ctrl+y", "Redo", "redo"],
  ["delete", "Clear the mask", "clear"],
  ["i", "Invert the mask", "invert"],
  ["d", "Divider between original and result", "compare"],
  ["+", "Zoom in", "zoomIn"],
  ["-", "Zoom out", "zoomOut"],
  ["0", "Show the whole picture", "fit"],
  ["1", "Show pixels one to one", "full"],
  ["o", "Open a picture", "open"],
  ["s", "Save the result", "save"],
  ["ctrl+c", "Copy the result", "copy"],
  ["x", "With the picture in focus: put the tool down at the cross, lift it", "pen"],
  ["?", "This list", "keys"],
];
const GESTURES = [
  ["C, held", "Show the original"],
  ["Arrow keys", "With the picture in focus: move the cross; Shift: by single pixels"],
  ["Wheel, pinch", "Zoom at the pointer"],
  ["Alt + wheel", "Size of the brush"],
  ["Space + drag, middle button, two fingers", "Move the picture"],
  ["Right button, pen's eraser", "Erase with the current tool"],
  ["Shift + click", "A straight line from the end of the last stroke"],
  ["Ctrl+V, drop", "Open a picture; with its mask if two are dropped"],
];
const ARROWS = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1] };
const ONLY_ELSEWHERE = new Set(["x", "enter", "delete"]); // on controls they have their own meaning

// Listens for keys and runs `actions[name]()`. Returns whether Space is held, for panning.
export function followKeys(canvas, editor, actions) {
  let space = false;
  const byKey = new Map(KEYS.map(([key, , action]) => [key, action]));

  addEventListener("keydown", (event) => {
    const { target } = event, key = nameOf(event);
    if (document.querySelector("dialog[open]")) return;
    if (target.matches?.("select, input[type=number]")) return;
    const isControl = target.matches?.("button, a, [role=slider], input");
    const isPressed = key === "enter" ? target.matches?.("button, a") : isControl;
    if (event.code === "Space" && !isControl) {
      space = true;
      event.preventDefault();
    } else if (key === "c" && editor.original) {
      editor.bare = true;
      editor.changed("view");
    } else if (ARROWS[key.replace("shift+", "")] && target === canvas && editor.original) {
      moveCross(editor, ARROWS[key.replace("shift+", "")], event.shiftKey ? FINE : STEP);
      actions.crossMoved();
      event.preventDefault();
    } else if (byKey.has(key) && !(isPressed && ONLY_ELSEWHERE.has(key))) {
      if (key === "ctrl+c" && String(getSelection())) return;
      actions[byKey.get(key)]();
      event.preventDefault();
    }
  });
  addEventListener("keyup", (event) => {
    if (event.code === "Space") space = false;
    if (event.key.toLowerCase() === "c" && editor.bare) {
      editor.bare = false;
      editor.changed("view");
    }
  });
  addEventListener("blur", () => {
    space = editor.bare = false; // the key was released elsewhere
    editor.changed("view");
  });
  return () => space;
}

// "ctrl+shift+z"; Shift is left out if it only makes the character, as in "?".
function nameOf({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  const control = ctrlKey || metaKey;
  const shift = shiftKey && (control || key.startsWith("Arrow"));
  const name = `${control ? "ctrl+" : ""}${shift ? "shift+" : ""}${key.toLowerCase()}`;
  return altKey ? `alt+${name}` : name.replace("backspace", "delete").replace(/^=$/, "+");
}

function moveCross(editor, [dx, dy], step) {
  const { view } = editor, { width, height } = editor.original.bitmap;
  const [x, y] = editor.pointer ?? view.toPicture(view.width / 2, view.height / 2);
  const by = step / (step === FINE ? 1 : view.scale);
  const within = (value, size) => Math.min(Math.max(value, 0), size);
  editor.keyboard = true;
  editor.move([within(x + dx * by, width), within(y + dy * by, height)]);
}

export function listKeys(table) {
  const rows = [...KEYS.map(([key, what]) => [key, what]), ...GESTURES];
  for (const [key, what] of rows) {
    const row = table.insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    for (const part of key.length > 20 ? [key] : key.split(/(?<=\w)\+/)) {
      const cap = document.createElement("kbd");
      cap.textContent = part.length < 8 ? part[0].toUpperCase() + part.slice(1) : part;
      head.append(cap, " ");
    }
    row.append(head);
    row.insertCell().textContent = what;
  }
}
