// kubelet.config-valid: the command line, file and drop-ins are such that the kubelet starts with them and means all of them.
import { place, wholeFile } from "../../core/source.js";
import { defineCheck } from "../define.js";

export default defineCheck({
  id: "kubelet.config-valid",
  title: "The kubelet's configuration decodes strictly and lets it start",
  why: "A misspelt field is only logged and leaves the default in force; a wrong type, flag or file keeps the kubelet from starting.",
  remedy:
    "Correct each place named; `kubelet --config FILE` on another machine, or the kubelet's log after a restart, shows the same.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["kubelet"],
  params: {},
  evaluate({ kubelet }) {
    const last = kubelet.views.at(-1);
    const stops = last?.stops ?? [];
    const faults = last?.view.input.sources.faults ?? [];
    const { mainPath, folder } = last?.view.input.sources ?? { mainPath: "", folder: "" };
    const judged = [mainPath, folder].filter((path) => path !== "");
    const started = last?.view.input.started.source.file ?? "";
    const found = [
      ...stops.map(({ message, source }) => ({ message: `the kubelet would not start: ${message}`, source })),
      ...faults,
    ];
    return {
      expected: "every flag and field known, once, of its type",
      actual: found.length === 0 ? "valid" : found.map(({ source }) => place(source)).join(", "),
      evidence:
        found.length > 0
          ? found.map(({ source }) => source)
          : [...judged, started].map((path) => wholeFile(path)),
      problems: found.map(({ message }) => ({ message })),
      unknowns: kubelet.views.flatMap(({ unread }) => unread),
      notes: kubelet.notes,
    };
  },
});
