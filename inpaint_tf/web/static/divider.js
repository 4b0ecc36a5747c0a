// The divider between original and result: a slider that is dragged or moved by arrow keys.

const STEP = 0.02;

export function followDivider(divider, stage, editor) {
  const set = (share) => {
    editor.compare = Math.min(Math.max(share, 0), 1);
    editor.changed("view");
  };
  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    event.preventDefault();
    divider.focus();
  });
  divider.addEventListener("pointermove", (event) => {
    if (!divider.hasPointerCapture(event.pointerId)) return;
    const { left, width } = stage.getBoundingClientRect();
    set((event.clientX - left) / width);
  });
  divider.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP };
    if (event.key in moves) set(editor.compare + moves[event.key]);
    else if (event.key === "Home") set(0);
    else if (event.key === "End") set(1);
    else return;
    event.preventDefault();
  });
  editor.addEventListener("change", () => {
    divider.hidden = editor.compare === null;
    if (editor.compare === null) return;
    divider.style.left = `${editor.compare * 100}%`;
    divider.setAttribute("aria-valuenow", Math.round(editor.compare * 100));
  });
}
