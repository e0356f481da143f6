// How the pages ask the service: with the token, if it needs one, and with errors in words.

const KEY = "rnnlab-token";

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export function keep(token) {
  sessionStorage.setItem(KEY, token);
}

export async function ask(path, body, signal) {
  const token = sessionStorage.getItem(KEY);
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  if (body) headers["content-type"] = "application/json";
  const options = { method: body ? "POST" : "GET", headers, signal, body: body && JSON.stringify(body) };
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, "The service does not answer.");
  }
  if (!response.ok) {
    const said = await response.json();
    throw new Refused(response.status, said.field ? `${said.field}: ${said.error}` : said.error);
  }
  return response;
}
