// What runc (state.json) and crun (status) write down of a container they run: its process and its bundle. Nothing of its
// configuration: that is in the bundle.
import { Json, type Parsed } from "./oci-config.js";

export interface RuntimeState {
  readonly pid: number | undefined;
  /** Clock ticks since boot when that process started. */
  readonly startTicks: number | undefined;
  /** The folder of its config.json. */
  readonly bundle: string;
}

function whole(json: Json): number | undefined {
  const { number } = json;
  return number !== undefined && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

/** Reads either (runc, libcontainer/container.go; crun, src/libcrun/status.c). */
export function parseRuntimeState(text: string): Parsed<RuntimeState> {
  const parsed = Json.parse(text);
  if (parsed.state === "error") return parsed;
  const root = parsed.value;
  const label = root
    .get("config", "labels")
    .texts.find((one) => one.startsWith("bundle="))
    ?.slice("bundle=".length);
  const bundle = label ?? root.get("bundle").text;
  if (!bundle.startsWith("/")) return { state: "error", message: "names no bundle" };
  return {
    state: "ok",
    value: {
      bundle,
      pid: whole(root.get("init_process_pid")) ?? whole(root.get("pid")),
      startTicks: whole(root.get("init_process_start")) ?? whole(root.get("process-start-time")),
    },
  };
}
