// The checks on whom the kubelet trusts and as whom it speaks: the client CA's certificates, the kubeconfig's credentials.
import type { Problem } from "../../core/outcome.js";
import { place, type Source, wholeFile } from "../../core/source.js";
import type { ClientAuthority, ReadKubeconfig } from "../../facts/kubelet-files.js";
import { type Check, defineCheck } from "../define.js";

interface Finding extends Problem {
  readonly source: Source;
}

function date(ms: number): string {
  return Number.isNaN(ms) ? "an unreadable date" : new Date(ms).toISOString().slice(0, 10);
}

function authorityFindings({ path, certificates, broken }: ClientAuthority, now: number): readonly Finding[] {
  const at = (line: number) => ({ ...wholeFile(path), line });
  if (certificates.length === 0)
    return [
      {
        message: `${path} holds no certificate: no client of the kubelet is accepted`,
        source: wholeFile(path),
      },
    ];
  const live = certificates.filter(({ notBefore, notAfter }) => notBefore <= now && now < notAfter);
  const dates = certificates.flatMap(({ line, subject, notAfter, notBefore }) => {
    if (notAfter <= now)
      return [{ message: `${path}:${line} (${subject}) expired on ${date(notAfter)}`, source: at(line) }];
    if (notBefore > now)
      return [
        { message: `${path}:${line} (${subject}) is not valid before ${date(notBefore)}`, source: at(line) },
      ];
    return [];
  });
  const leaves = certificates
    .filter(({ isCa }) => !isCa)
    .map(({ line, subject }) => ({
      message: `${path}:${line} (${subject}) is not a CA's certificate`,
      source: at(line),
    }));
  const parts = broken.map(({ line, message }) => ({
    message: `${path}:${line} ${message}`,
    source: at(line),
  }));
  // An old CA kept beside its successor is how a CA is replaced.
  return [...(live.length === 0 ? dates : []), ...leaves, ...parts];
}

export const clientCaValid: Check = defineCheck({
  id: "kubelet.client-ca-valid",
  title: "The kubelet's client CA is a CA certificate in date",
  why: "An expired CA shuts the API server out of its own nodes; a certificate that is no CA accepts nobody.",
  remedy: "Put the cluster's CA certificate into the file that `authentication.x509.clientCAFile` names.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["kubelet", "kubeletFiles", "clock"],
  params: {},
  evaluate({ kubelet, kubeletFiles, clock }) {
    const { authorities } = kubeletFiles;
    const unread = [...kubeletFiles.unreadAuthorities, ...kubelet.views.flatMap((view) => view.unread)];
    const named = kubelet.views.map(({ view }) => view.setting("authentication.x509.clientCAFile").value);
    if (authorities.length === 0 && unread.length > 0) return { undecided: unread.join("; ") };
    const missing = named.find((value) => value !== "" && value !== undefined);
    if (authorities.length === 0)
      return missing === undefined
        ? { notApplicable: "the kubelet has no client CA (kubelet.client-ca-file says so)" }
        : { undecided: `the client CA ${String(missing)} does not exist: the kubelet would not start` };
    const problems = authorities.flatMap((authority) => authorityFindings(authority, clock));
    const shown = authorities.flatMap(({ path, certificates }) =>
      certificates.map(({ subject, notAfter }) => `${path} (${subject}) until ${date(notAfter)}`),
    );
    return {
      expected: "CA certificates, one at least in date",
      actual: shown.length === 0 ? "no certificate" : shown.join(", "),
      evidence:
        problems.length > 0 ? problems.map(({ source }) => source) : authorities.map(({ source }) => source),
      problems,
      unknowns: unread,
    };
  },
});

/** What a credential of each kind does wrong in a kubelet's kubeconfig. */
const lasting: Readonly<Record<string, string>> = {
  "certificate-data": "holds a client certificate and key that are never rotated",
  token: "holds a token that is never renewed",
  password: "holds a password",
};

function kubeconfigFindings({ path, kubeconfig }: ReadKubeconfig, bootstrap: boolean): readonly Finding[] {
  const users = kubeconfig.users.flatMap(({ name, credentials, source }) =>
    credentials.flatMap((kind) => {
      // A bootstrap token is short-lived by itself, and there is no other way in.
      const wrong = bootstrap && kind === "token" ? undefined : lasting[kind];
      return wrong === undefined ? [] : [{ message: `${place(source)} (user ${name}) ${wrong}`, source }];
    }),
  );
  const clusters = kubeconfig.clusters.flatMap(({ name, server, insecureSkipTlsVerify, source }) => [
    ...(server.startsWith("https://")
      ? []
      : [{ message: `${place(source)} (cluster ${name}) does not reach its server by https`, source }]),
    ...(insecureSkipTlsVerify
      ? [
          {
            message: `${place(source)} (cluster ${name}) believes any server (insecure-skip-tls-verify)`,
            source,
          },
        ]
      : []),
  ]);
  if (kubeconfig.clusters.length === 0)
    return [...users, { message: `${path} names no cluster`, source: wholeFile(path) }];
  return [...users, ...clusters];
}

export const kubeconfigEmbedded: Check = defineCheck({
  id: "kubelet.kubeconfig-embedded",
  title: "The kubelet's kubeconfig leads to a rotated key and a verified server",
  why: "A key or token inside the file stays valid as long as it says, whoever copied it; an unverified server can be anybody.",
  remedy:
    "Point `client-certificate` and `client-key` at /var/lib/kubelet/pki/kubelet-client-current.pem, name the server by https with its CA, and restart the kubelet.",
  severity: "high",
  risk: "none",
  fixable: false,
  needs: ["kubelet", "kubeletFiles"],
  params: {},
  evaluate({ kubelet, kubeletFiles }) {
    const { kubeconfigs, unreadKubeconfigs } = kubeletFiles;
    const dark = [...unreadKubeconfigs, ...kubelet.views.flatMap((view) => view.unread)];
    if (kubeconfigs.length === 0)
      return dark.length > 0
        ? { undecided: dark.join("; ") }
        : { notApplicable: "the kubelet has no kubeconfig on this node" };
    const bootstraps = new Set(kubeletFiles.of("bootstrap-kubeconfig").map(({ path }) => path));
    const found = kubeconfigs.flatMap((one) => kubeconfigFindings(one, bootstraps.has(one.path)));
    return {
      expected: "no key, token or password inside; https; the server verified",
      actual:
        found.length === 0
          ? kubeconfigs.map(({ path }) => path).join(", ")
          : found.map(({ source }) => place(source)).join(", "),
      evidence:
        found.length > 0 ? found.map(({ source }) => source) : kubeconfigs.map(({ path }) => wholeFile(path)),
      problems: found.map(({ message }) => ({ message })),
      unknowns: dark,
    };
  },
});
