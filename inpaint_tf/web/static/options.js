// The options: those the server offers, drawn from its JSON schema, and the page's own; kept in
// the browser.

const KEPT = "inpaint_tf";

export class Settings {
  constructor(ownIds) {
    this.values = read();
    this.offered = {};
    for (const id of ownIds) this.follow(document.getElementById(id), id);
  }

  // A control keeps its value in the browser.
  follow(control, name) {
    const property = control.type === "checkbox" ? "checked" : "value";
    if (name in this.values) control[property] = this.values[name];
    control.addEventListener("change", () => {
      this.values[name] = control[property];
      write(this.values);
    });
  }

  // Draws a control for every option the server offers.
  offer(schema, list) {
    this.offered = schema;
    for (const [name, option] of Object.entries(schema)) {
      const row = document.createElement("div");
      row.className = "option";
      const control = controlFor(option);
      control.id = `option-${name}`;
      const label = document.createElement("label");
      label.htmlFor = control.id;
      label.textContent = option.title;
      const help = document.createElement("p");
      help.id = `${control.id}-help`;
      help.textContent = option.description;
      control.setAttribute("aria-describedby", help.id);
      row.append(label, control, help);
      list.append(row);
      this.follow(control, control.id);
    }
  }

  // What is sent: the options that are not at their default.
  get sent() {
    const given = Object.entries(this.offered).map(([name, option]) => {
      const control = document.getElementById(`option-${name}`);
      const value = control.type === "checkbox" ? String(control.checked) : control.value;
      return [name, value, String(option.default ?? "")];
    });
    return Object.fromEntries(
      given.filter(([, value, usual]) => value !== usual && value !== "")
        .map(([name, value]) => [name, value]),
    );
  }
}

function controlFor(option) {
  if (option.enum) {
    const control = document.createElement("select");
    for (const value of option.enum) control.add(new Option(value, value));
    control.value = option.default;
    return control;
  }
  const control = document.createElement("input");
  control.type = option.type === "boolean" ? "checkbox" : "number";
  if (control.type === "checkbox") return control;
  control.min = option.minimum ?? "";
  control.max = option.maximum ?? "";
  control.value = option.default ?? "";
  return control;
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

function write(values) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(values));
  } catch {
    // Private windows may forbid it; then the values last as long as the page.
  }
}
