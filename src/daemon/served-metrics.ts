// Keeps the metrics endpoint where the site wants it: begins, moves and ends with the settings. Knows the newest metrics only.
import type { Serve, Serving } from "../host/serve.js";
import type { MetricsPlace } from "../policy/drift-settings.js";
import { startMetrics } from "./metrics-endpoint.js";

export class ServedMetrics {
  private serving: Serving | undefined;
  /** The place wanted, as a text that can be compared. */
  private wanted = "null";
  private text: string | undefined;
  private told = "";

  constructor(
    private readonly serve: Serve,
    private readonly say: (text: string) => void,
  ) {}

  show(text: string): void {
    this.text = text;
  }

  /** Does nothing where that is so already; a place that cannot be used is said once, and tried again when this is called next. */
  async at(place: MetricsPlace | null): Promise<void> {
    const wanted = JSON.stringify(place);
    if (wanted === this.wanted) return;
    await this.close();
    if (place === null) {
      this.wanted = wanted;
      return;
    }
    const served = await startMetrics(this.serve, place, () => this.text);
    if (served.state === "ok") {
      this.serving = served.serving;
      this.wanted = wanted;
      this.told = "";
    } else if (served.reason !== this.told) {
      this.told = served.reason;
      this.say(`the metrics are not served: ${served.reason}`);
    }
  }

  async close(): Promise<void> {
    await this.serving?.close();
    this.serving = undefined;
    this.wanted = "null";
  }
}
