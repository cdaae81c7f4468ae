// The checks on the kubelet's command line: names it should not give, flags it should not have, flags that hide the file.

import type { Problem } from "../../core/outcome.js";
import { flag } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import { place, type Source } from "../../core/source.js";
import { type Kubelet, type KubeletView, showValue } from "../../facts/kubelet.js";
import { type Check, defineCheck } from "../define.js";

interface Finding {
  readonly message: string;
  readonly source: Source;
}

function labelled({ label }: KubeletView, message: string): string {
  return label === "" ? message : `${label}: ${message}`;
}

/** What keeps a view from being decided: the command line is not known, or the kubelet would not start with it. */
function blind({ views }: Kubelet): readonly string[] {
  return views.flatMap((view) => [
    ...view.stops.slice(0, 1).map(({ message }) => labelled(view, `the kubelet would not start: ${message}`)),
    ...view.unread.map((reason) => labelled(view, reason)),
  ]);
}

function outcome(kubelet: Kubelet, expected: string, none: string, found: readonly Finding[]) {
  const problems: readonly Problem[] = found.map(({ message }) => ({ message }));
  return {
    expected,
    actual: found.length === 0 ? none : found.map(({ message }) => message).join("; "),
    evidence: found.map(({ source }) => source),
    problems,
    unknowns: blind(kubelet),
    notes: kubelet.notes,
  };
}

export const hostnameOverride: Check = defineCheck({
  id: "kubelet.hostname-override",
  title: "The node goes by its own host name",
  why: "A name given by flag can break the match with certificates, and lets a node pose as another where it is careless.",
  remedy: "Take `--hostname-override` away, or set `allowed: true` where the cloud provider needs it.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["kubelet"],
  params: { allowed: flag(false) },
  evaluate({ kubelet }, { allowed }) {
    const found = kubelet.views.flatMap((view) => {
      const given = view.view.flag("hostname-override")?.given.at(-1);
      if (given === undefined || given.value === "" || allowed) return [];
      const message = labelled(
        view,
        `--hostname-override is ${printable(given.value, 80)} (${place(given.source)})`,
      );
      return [{ message, source: given.source }];
    });
    return outcome(kubelet, allowed ? "any" : "not given", "not given", found);
  },
});

/** Flags that open the kubelet, or did before they were taken out, and what each does. */
const insecure: ReadonlyMap<string, string> = new Map([
  ["cadvisor-port", "served metrics without authentication"],
  ["allow-privileged", "was taken out in 1.15: admission control decides now"],
  ["host-network-sources", "was taken out in 1.18"],
  ["host-pid-sources", "was taken out in 1.18"],
  ["host-ipc-sources", "was taken out in 1.18"],
  ["enable-cadvisor-json-endpoints", "serves metrics in the old form to everybody"],
  ["experimental-check-node-capabilities-before-mount", "was taken out"],
  ["really-crash-for-testing", "is for tests"],
  ["chaos-chance", "is for tests: it drops requests"],
  ["dynamic-config-dir", "takes the configuration from the API server"],
  ["docker-tls", "is of the removed dockershim"],
  ["redirect-container-streaming", "sends clients to the runtime's own port"],
  ["require-kubeconfig", "was taken out in 1.10"],
  ["api-servers", "was taken out in 1.8"],
]);

export const insecureFlags: Check = defineCheck({
  id: "kubelet.insecure-flags",
  title: "The kubelet is started without insecure or removed flags",
  why: "Each of these opened the kubelet to others or belongs to a version long gone; a newer kubelet does not start with them.",
  remedy: "Take the flag out of the unit, environment file or argument file named, and restart the kubelet.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["kubelet"],
  params: {},
  evaluate({ kubelet }) {
    const found = kubelet.views.flatMap((view) => {
      const words = view.view.input.started.words;
      return words.flatMap(({ text, source }) => {
        const name = /^--([A-Za-z0-9_-]+)/.exec(text)?.[1]?.replaceAll("_", "-") ?? "";
        const why = insecure.get(name) ?? (name.startsWith("insecure-") ? "is insecure by name" : undefined);
        if (why === undefined) return [];
        return [{ message: labelled(view, `--${name} ${why} (${place(source)})`), source }];
      });
    });
    return outcome(kubelet, "none", "none", found);
  },
});

export const flagAndFile: Check = defineCheck({
  id: "kubelet.flag-and-file",
  title: "No setting is given by flag and by file with different values",
  why: "The flag wins without a word, so whoever reads or repairs the file believes something that is not so.",
  remedy: "Keep one of the two, best the file, and restart the kubelet.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["kubelet"],
  params: {},
  evaluate({ kubelet }) {
    const found = kubelet.views.flatMap((view) =>
      [...view.view.input.flags.byPath.keys()].flatMap((path) => {
        const [byFlag, byFile] = [view.view.setting(path), view.view.byFile(path)];
        if (byFlag.origin !== "flag" || byFile === undefined || byFile.value === undefined) return [];
        // An empty text is how a file says nothing.
        if (byFile.value === "") return [];
        const [flagText, fileText] = [showValue(byFlag.value), showValue(byFile.value)];
        if (flagText === fileText) return [];
        const message = `${path} is ${flagText} by flag (${place(byFlag.source)}) and ${fileText} in ${place(byFile.source)}`;
        return [
          { message: labelled(view, message), source: byFlag.source },
          { message: labelled(view, message), source: byFile.source },
        ];
      }),
    );
    const verdict = outcome(kubelet, "no contradiction", "no contradiction", found);
    const messages = [...new Set(found.map(({ message }) => message))];
    return {
      ...verdict,
      actual: messages.length === 0 ? verdict.actual : messages.join("; "),
      problems: messages.map((message) => ({ message })),
    };
  },
});
