// What can be asked, from /openapi.json.

const element = (tag, text = "") => Object.assign(document.createElement(tag), { textContent: text });
const pretty = (value) => element("pre", JSON.stringify(value, null, 2));

function curl(method, path, body) {
  const examples = { predict: { text: "not bad at all" }, explain: { text: "not bad at all" }, generate: { prompt: "ROMEO:" } };
  const data = body ? ` -H 'content-type: application/json' -d '${JSON.stringify(examples[path.slice(1)] ?? {})}'` : "";
  return element("pre", `curl ${path === "/generate" ? "-N " : ""}${location.origin}${path}${data}`);
}

function resolved(value, schemas) {
  if (Array.isArray(value)) return value.map((part) => resolved(part, schemas));
  if (value === null || typeof value !== "object") return value;
  if (value.$ref) return resolved(schemas[value.$ref.split("/").at(-1)], schemas);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolved(part, schemas)]));
}

function folded(title, content) {
  const details = element("details");
  content.tabIndex = 0;
  details.append(element("summary", title), content);
  return details;
}

function shown(path, method, what, schemas) {
  const card = element("article");
  const title = element("h2");
  card.className = "card";
  title.append(element("span", method.toUpperCase()), ` ${path}`);
  const example = curl(method, path, what.requestBody);
  example.tabIndex = 0;
  card.append(title, element("p", what.summary), example);
  const body = what.requestBody?.content["application/json"].schema;
  if (body) card.append(folded("What it takes", pretty(resolved(body, schemas))));
  for (const [status, answer] of Object.entries(what.responses)) {
    const schema = answer.content && Object.values(answer.content)[0].schema;
    if (schema) card.append(folded(`${status} ${answer.description}`, pretty(resolved(schema, schemas))));
  }
  return card;
}

const openapi = await (await fetch("/openapi.json")).json();
for (const [path, methods] of Object.entries(openapi.paths)) {
  for (const [method, what] of Object.entries(methods)) {
    document.getElementById("asked").append(shown(path, method, what, openapi.components.schemas));
  }
}
