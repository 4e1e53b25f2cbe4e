// Talking to the sandbox: every answer is JSON with `ok`.

async function answer(response) {
  let body;
  try {
    body = await response.json();
  } catch {
    throw new Error(`服务没有正常回应 The server answered oddly (${response.status})`);
  }
  if (!body.ok) throw new Error(body.error || body.description || String(response.status));
  return body;
}

export async function see(what, query) {
  return answer(await fetch(`/sandbox/${what}?${new URLSearchParams(query)}`));
}

export async function act(what, body) {
  return answer(await fetch(`/sandbox/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }));
}

export async function attach(fields, files) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  files.forEach(({ kind, file }, index) => form.append(`${kind}_${index}`, file, file.name));
  return answer(await fetch("/sandbox/attach", { method: "POST", body: form }));
}

export async function clock(move) {
  const options = move && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(move),
  };
  const response = await fetch("/clock", options);
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}
