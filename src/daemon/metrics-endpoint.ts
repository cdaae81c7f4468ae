// The metrics of the last look for who asks on this machine (`drift.metrics`): the same text as node_exporter's file. Looks at
// nothing itself.
import type { Serve, Served } from "../host/serve.js";
import type { MetricsPlace } from "../policy/drift-settings.js";

/** Prometheus' text format 0.0.4. */
const contentType = "text/plain; version=0.0.4; charset=utf-8";
const path = "/metrics";
/** Who may connect to a Unix socket may write to it (unix(7)): root, and the group that the directory is given to. */
const socketMode = 0o660;

/**
 * Begins to serve `/metrics` on loopback or a Unix socket. `text` gives the newest metrics, undefined before the first look;
 * it is asked at each request, so that a look needs to tell nobody.
 */
export async function startMetrics(
  serve: Serve,
  place: MetricsPlace,
  text: () => string | undefined,
): Promise<Served> {
  return await serve("socket" in place ? { ...place, mode: socketMode } : place, path, contentType, text);
}
