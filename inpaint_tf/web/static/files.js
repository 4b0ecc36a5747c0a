// Pictures in and out of the browser: choose, drop, paste; save and copy.

import { convert } from "./server.js";

// What a browser can show, as bitmap; what it cannot, as TIFF, the server turns into PNG.
export async function decode(file) {
  try {
    return await createImageBitmap(file);
  } catch {
    return createImageBitmap(await convert(file, "image/png"));
  }
}

// Hears of files that are dropped anywhere on the page or pasted.
export function followFiles(stage, take) {
  const isFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  addEventListener("dragover", (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    stage.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) stage.classList.remove("dropping");
  });
  addEventListener("drop", (event) => {
    stage.classList.remove("dropping");
    if (!isFiles(event)) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) take(files);
  });
}

// Of one or two files the picture and the mask. One named "mask" is the mask; without a name that
// says so, the second is. One mask alone belongs to the picture that is open.
export function sorted(files, isOpen) {
  const isMask = (file) => /mask/i.test(file.name);
  if (files.length < 2) return isOpen && isMask(files[0]) ? { mask: files[0] } : { picture: files[0] };
  const mask = files.find(isMask) ?? files[1];
  return { picture: files.find((file) => file !== mask), mask };
}

const SUFFIXES = {
  "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/bmp": "bmp",
  "image/tiff": "tif",
};

// Gives the user the result under the original's name, in its format or in `mediaType`.
export async function saveResult(original, result, mediaType) {
  const type = mediaType || (original.file.type in SUFFIXES ? original.file.type : "image/png");
  const blob = type === "image/png" ? result : await convert(result, type);
  const suffix = original.name.match(/\.([^.]+)$/)?.[1];
  const fits = suffix && type === original.file.type && !mediaType;
  download(blob, `${stem(original.name)}_inpainted.${fits ? suffix : SUFFIXES[type]}`);
}

export function saveMask(original, mask) {
  download(mask, `${stem(original.name)}_mask.png`);
}

export async function copy(result) {
  if (!navigator.clipboard?.write)
    throw new Error("This browser copies pictures only from localhost or over HTTPS.");
  await navigator.clipboard.write([new ClipboardItem({ "image/png": result })]);
}

function stem(name) {
  return name.replace(/\.[^.]*$/, "");
}

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
