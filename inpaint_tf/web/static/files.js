// Pictures in and out of the browser: choose, drop, paste; save and copy.

import { convert } from "./server.js";

const SUFFIXES = {
  "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/bmp": "bmp",
  "image/tiff": "tif",
};
// Browsers show WebP files of cameras lying on their side; the server turns them upright.
const TURNED_BY_SERVER = ["image/webp"];

// A file for the server and the page: { file, bitmap }. What the browser cannot show is
// shown by the server; what only the browser can read (AVIF, GIF) goes on as PNG.
export async function opened(file) {
  if (TURNED_BY_SERVER.includes(file.type)) return { file, bitmap: await shownByServer(file) };
  const bitmap = await createImageBitmap(file).catch(() => shownByServer(file));
  const isKnown = file.type in SUFFIXES || !file.type;
  return isKnown ? { file, bitmap } : { file: await asPng(bitmap, file.name), bitmap };
}

async function shownByServer(file) {
  return createImageBitmap(await convert(file, "image/png"));
}

async function asPng(bitmap, name) {
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  return new File([blob], `${stem(name)}.png`, { type: "image/png" });
}

// Listens for files that are dropped anywhere on the page or pasted.
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

// Saves the result under the original's name, in its format or in `mediaType`.
export async function saveResult(original, result, mediaType) {
  const type = mediaType || (original.file.type in SUFFIXES ? original.file.type : "image/png");
  const blob = type === "image/png" ? result : await convert(result, type);
  const suffix = original.name.match(/\.([^.]+)$/)?.[1];
  const fits = suffix && type === original.file.type && original.name === original.file.name;
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
