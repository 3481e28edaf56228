/** The worker's half of `alarm.ts`: says that it is there; then a number sets the one timer, null clears it. */

let timer: ReturnType<typeof setTimeout> | undefined;

addEventListener("message", ({ data }: MessageEvent<number | null>) => {
  clearTimeout(timer);
  if (data !== null) timer = setTimeout(() => postMessage("ring"), data);
});
postMessage("here");
