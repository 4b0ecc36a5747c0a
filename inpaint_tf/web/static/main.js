// Puts the page together: controls, files, keys and pointers around one editor.

import { followDivider } from "./divider.js";
import { draw } from "./draw.js";
import { Editor } from "./editor.js";
import { copy, followFiles, opened, saveMask, saveResult, sorted } from "./files.js";
import { followKeys, listKeys } from "./keys.js";
import { Settings } from "./options.js";
import { followPointers } from "./pointer.js";
import { fill, offeredOptions, readMask } from "./server.js";

const SLIDER = 1000, ZOOM = 1.5;
const $ = (id) => document.getElementById(id);
const canvas = $("canvas"), stage = $("stage");
const editor = new Editor();
const settings = new Settings(["on-release", "save-as", "mask-white", "theme"]);
let running = null; // the AbortController of the filling under way

// Messages. They stay until the next action.
function say(text) {
  $("status").textContent = text;
}
function complain(error) {
  say("");
  $("alert").textContent = error.message;
  $("alert").hidden = false;
}
// Runs something that may fail, and shows the reason if it does.
async function attempt(work) {
  $("alert").hidden = true;
  try {
    await work();
  } catch (error) {
    if (error.name !== "AbortError") complain(error);
  }
}

// Opening pictures and masks.
async function take(files) {
  if (!files.length) return;
  const { picture, mask } = sorted(files, Boolean(editor.original));
  await attempt(async () => {
    if (picture) await openPicture(picture);
    if (mask) await openMask(mask);
  });
}
async function openPicture(file) {
  running?.abort();
  const name = file.name || "picture.png";
  let picture;
  try {
    picture = await opened(file);
  } catch (error) {
    throw new Error(`${name} cannot be opened. ${error.message}`);
  }
  const { bitmap } = picture;
  editor.open({ ...picture, name });
  $("welcome").hidden = true;
  say(`${editor.original.name}, ${bitmap.width} × ${bitmap.height}`);
  canvas.focus({ preventScroll: true });
}
async function openMask(file) {
  if (!editor.original) throw new Error("Open a picture first; the mask belongs to it.");
  if (running) throw new Error("Wait for the filling, or cancel it; then load the mask.");
  const bitmap = await createImageBitmap(await readMask(file, $("mask-white").value === "white"));
  editor.apply({ tool: "picture", bitmap });
  const { width, height } = editor.original.bitmap;
  const isFitting = bitmap.width === width && bitmap.height === height;
  say(isFitting ? "Mask loaded." : `The mask is ${bitmap.width} × ${bitmap.height}; it is stretched.`);
}
async function openExample() {
  const answer = await fetch("static/example.jpg");
  await openPicture(new File([await answer.blob()], "example.jpg", { type: "image/jpeg" }));
}

// Filling. Some options mark a hole even if nothing is painted.
const MARKS = ["face_region", "transparent_hole"];
const canFill = () =>
  Boolean(editor.original) && !running &&
  (editor.isPainted || MARKS.some((name) => name in settings.sent));

async function fillHole() {
  if (!canFill() || editor.stroke) return;
  const controller = (running = new AbortController());
  const began = performance.now(), { original } = editor;
  let before = 0;
  const show = () => {
    const seconds = Math.round((performance.now() - began) / 1000);
    const waiting = before > 0 ? `, ${before} before it` : "";
    $("working-text").textContent = `${seconds} s${waiting}`;
  };
  const clock = setInterval(show, 250);
  show();
  update();
  await attempt(async () => {
    const { signal } = controller, onWait = (line) => (before = line - 1);
    const mask = editor.isPainted ? await editor.mask.file() : null;
    const answer = await fill(editor.file, mask, settings.sent, { signal, onWait });
    const bitmap = await createImageBitmap(answer.blob);
    if (original !== editor.original) return; // another picture was opened meanwhile
    editor.addResult(answer.blob, bitmap);
    say([`Filled in ${answer.seconds.toFixed(1)} s.`, ...answer.notices].join(" "));
  });
  if (controller.signal.aborted) say("Cancelled.");
  clearInterval(clock);
  running = null;
  update();
}

// The actions of buttons and keys.
const setTool = (tool) => () => {
  document.querySelector(`#tools [value=${tool}]`).checked = true;
  editor.tool = tool;
  editor.changed("view");
};
const withPicture = (work) => () => {
  if (editor.original && !running) work();
};
const withResult = (work) => () => {
  if (editor.history?.result) attempt(work);
};
const zoomed = (factor) => withPicture(() => {
  editor.view.zoom(factor);
  editor.changed("view");
});
const actions = {
  brush: setTool("brush"),
  eraser: setTool("eraser"),
  box: setTool("box"),
  lasso: setTool("lasso"),
  smaller: () => editor.resize(-1),
  larger: () => editor.resize(1),
  fill: fillHole,
  cancel() {
    if (editor.stroke) editor.cancelStroke();
    else running?.abort();
    $("alert").hidden = true;
  },
  undo: withPicture(() => attempt(() => editor.walk("undo", createImageBitmap))),
  redo: withPicture(() => attempt(() => editor.walk("redo", createImageBitmap))),
  clear: withPicture(() => editor.isPainted && editor.apply({ tool: "clear" })),
  invert: withPicture(() => editor.apply({ tool: "invert" })),
  compare: withResult(() => {
    editor.compare = editor.compare === null ? 0.5 : null;
    editor.changed();
  }),
  zoomIn: zoomed(ZOOM),
  zoomOut: zoomed(1 / ZOOM),
  fit: withPicture(() => {
    editor.view.fit();
    editor.changed("view");
  }),
  full: withPicture(() => {
    editor.view.zoom(1 / devicePixelRatio / editor.view.scale);
    editor.changed("view");
  }),
  open: () => $("file").click(),
  save: withResult(() =>
    saveResult(editor.original, editor.history.result.result, $("save-as").value)),
  copy: withResult(async () => {
    await copy(editor.history.result.result);
    say("Copied.");
  }),
  keys: () => $("keys").showModal(),
  pen: withPicture(() => {
    if (editor.stroke) {
      if (editor.lift()) strokeEnded();
    } else {
      const { view } = editor;
      editor.keyboard = true;
      editor.pointer ??= view.toPicture(view.width / 2, view.height / 2);
      editor.press(editor.pointer);
    }
    actions.crossMoved();
  }),
  crossMoved() {
    const [x, y] = editor.pointer.map(Math.round);
    $("position").textContent = `${x}, ${y}${editor.stroke ? ", painting" : ""}`;
  },
};
function strokeEnded() {
  if ($("on-release").checked) fillHole();
}

// The page's view of the editor's state.
const NEEDS = {
  picture: () => Boolean(editor.original) && !running,
  mask: () => editor.isPainted && !running,
  result: () => Boolean(editor.history?.result),
  undo: () => Boolean(editor.history?.canUndo) && !running,
  redo: () => Boolean(editor.history?.canRedo) && !running,
  hole: canFill,
};
function update() {
  for (const button of document.querySelectorAll("[data-needs]"))
    button.disabled = !NEEDS[button.dataset.needs]();
  editor.locked = Boolean(running);
  $("fill").hidden = Boolean(running);
  $("working").hidden = !running;
  if (editor.compare !== null && !editor.history.result) editor.compare = null;
  $("compare").setAttribute("aria-pressed", editor.compare !== null);
  $("size").value = (SLIDER * Math.log(editor.size)) / Math.log(editor.largestSize) || 0;
  $("size-text").textContent = `${editor.size} px`;
  $("size").setAttribute("aria-valuetext", `${editor.size} pixels`);
}
let frame = 0;
editor.addEventListener("change", ({ detail }) => {
  if (detail === "picture" || detail === "size") update();
  if (editor.stroke) say(""); // it may cover what is being painted
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    draw(canvas, editor);
  });
});

// Everything is connected.
const CLICKS = {
  open: actions.open, "open-first": actions.open, example: () => attempt(openExample),
  "load-mask": () => $("mask-file").click(), save: actions.save, copy: actions.copy,
  "save-mask": async () => saveMask(editor.original, await editor.mask.file()),
  undo: actions.undo, redo: actions.redo, clear: actions.clear, invert: actions.invert,
  compare: actions.compare, fit: actions.fit, fill: fillHole, cancel: actions.cancel,
  "show-options": () => $("options").showModal(), "show-keys": actions.keys,
};
for (const [id, work] of Object.entries(CLICKS)) $(id).addEventListener("click", work);
// After a mouse click, keys go to the picture again, so that Enter fills.
const toPicture = () => canvas.focus({ preventScroll: true });
document.addEventListener("click", ({ detail, target }) => {
  if (!detail || !target.closest?.("header button, footer button, #tools label")) return;
  const dialog = document.querySelector("dialog[open]");
  if (dialog) dialog.addEventListener("close", toPicture, { once: true });
  else toPicture();
});
for (const input of document.querySelectorAll("#tools input"))
  input.addEventListener("change", setTool(input.value));
$("size").addEventListener("input", ({ target }) =>
  editor.setSize(editor.largestSize ** (target.value / SLIDER)));
for (const [id, load] of [["file", take], ["mask-file", ([file]) => attempt(() => openMask(file))]])
  $(id).addEventListener("change", async ({ target }) => {
    if (target.files.length) await load([...target.files]);
    target.value = "";
  });
const applyTheme = () => {
  document.documentElement.dataset.theme = $("theme").value;
};
$("theme").addEventListener("change", applyTheme);
$("options").addEventListener("close", update);

followFiles(stage, take);
const isPanKey = followKeys(canvas, editor, actions);
followPointers(canvas, editor, { ended: strokeEnded, isPanKey });
followDivider($("divider"), stage, editor);
listKeys($("key-list"));
new ResizeObserver(([{ contentRect }]) => {
  editor.view.resize(contentRect.width, contentRect.height);
  editor.changed("view");
}).observe(stage);
applyTheme();
update();
attempt(async () => settings.offer(await offeredOptions(), $("option-list")));
