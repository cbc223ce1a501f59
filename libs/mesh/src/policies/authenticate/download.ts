import { type Clock, Code, WeftError } from "@weft/core";

const limitMs = 5_000;

// Far above any key set, far below what could hurt.
const maxBytes = 262_144;

/** The body behind a URL, if it is there at once and not large. Throws UNAVAILABLE with a text that quotes nothing of it. */
export async function download(url: string, clock: Clock): Promise<string> {
  const abort = new AbortController();
  const cancel = clock.after(limitMs, () => abort.abort());
  try {
    const response = await fetch(url, { redirect: "error", signal: abort.signal });
    if (response.status === 200) return await read(response);
    await response.body?.cancel();
    throw failed(`HTTP status ${response.status}`);
  } catch (thrown) {
    if (thrown instanceof WeftError) throw thrown;
    throw failed(abort.signal.aborted ? `nothing within ${limitMs} ms` : connectionProblem(thrown));
  } finally {
    cancel();
  }
}

async function read({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw failed(`over ${maxBytes} bytes`); // leaving the loop cancels the rest
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function connectionProblem(thrown: unknown): string {
  const { cause } = Object(thrown) as { cause?: { code?: unknown } };
  return `no answer (${String(cause?.code ?? "connection failed")})`;
}

function failed(problem: string): WeftError {
  return new WeftError(Code.Unavailable, problem);
}
