// Requests to the server of this page: filling, masks, other formats, options.

const POLL = 1500; // milliseconds between questions about the line

// Fills the white pixels of `mask`, or what the options mark, in `file`. `onWait` is called with the
// number of requests in the line.
// Gives { blob, seconds, notices }; throws an Error with the server's sentence.
export async function fill(file, mask, options, { signal, onWait }) {
  const form = new FormData();
  form.append("image", file, "image");
  if (mask) form.append("mask", mask, "mask.png");
  for (const [name, value] of Object.entries(options)) form.append(name, value);
  const poll = setInterval(async () => {
    const status = await fetch("ready").then((answer) => answer.json()).catch(() => null);
    if (status) onWait(status.line);
  }, POLL);
  try {
    const answer = await ask("inpaint", { body: form, signal, headers: { Accept: "image/png" } });
    const notices = JSON.parse(decodeURIComponent(answer.headers.get("x-notices") ?? "[]"));
    const seconds = Number(answer.headers.get("x-seconds"));
    return { blob: await answer.blob(), seconds, notices };
  } finally {
    clearInterval(poll);
  }
}

// The strokes that the server sees in a mask file, as a PNG file.
export async function readMask(file, isWhite) {
  const operate = isWhite ? "expand" : "reverse";
  const body = JSON.stringify({ mask: await asText(file), operate, kernel_size: 0 });
  const headers = { "Content-Type": "application/json" };
  return (await ask("api/v1/adjust_mask", { body, headers })).blob();
}

// The picture in another format.
export async function convert(file, mediaType) {
  return (await ask("api/v1/convert", { body: file, headers: { Accept: mediaType } })).blob();
}

// The options that the server takes, as JSON schema: name -> { title, description, ... }.
export async function offeredOptions() {
  const answer = await fetch("api/v1/options");
  return answer.ok ? answer.json() : {};
}

async function ask(path, request) {
  let answer;
  try {
    answer = await fetch(path, { method: "POST", ...request });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The server cannot be reached. Is it still running?");
  }
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw new Error(sentence(said.detail ?? `The server answered with status ${answer.status}.`));
}

function sentence(text) {
  return text[0].toUpperCase() + text.slice(1);
}

function asText(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(new Error("The mask file cannot be read."));
    reader.readAsDataURL(file);
  });
}
