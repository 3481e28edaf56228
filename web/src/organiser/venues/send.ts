/** Sends a file and says how much of it is on its way: `fetch` cannot tell. */

import { Lost, Refusal } from "~/api/failures";
import { accessToken } from "~/session/session";

export interface Sending {
  path: string;
  file: Blob;
  type: string;
  /** Is told which share of the file has been sent, 0 to 1. */
  progress: (share: number) => void;
  signal: AbortSignal;
}

/** What the service answered. Throws as `answer` does, and `AbortError` when `signal` says so. */
export async function send<T>({ path, file, type, progress, signal }: Sending): Promise<T> {
  const token = await accessToken();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("Content-Type", type);
    if (token) request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => reject(new Lost());
    request.onabort = () => reject(new DOMException("stopped", "AbortError"));
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body as T);
      else reject(Refusal.of(new Response(null, { status: request.status }), body));
    };
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
