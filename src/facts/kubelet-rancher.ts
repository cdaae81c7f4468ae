// What k3s and rke2 start their kubelet with: their own flags, then kubelet-arg of their configuration. Judges no word.

import { wholeFile } from "../core/source.js";
import type { FlagWord } from "../formats/component-flags.js";
import type { Host } from "../host/host.js";
import type { Started } from "./kubelet-start.js";
import { type Rancher, rancher } from "./rancher.js";
import type { Ask } from "./source.js";

/** Since 1.32 most of their own settings are a drop-in; a flag remains where a drop-in cannot say 0. */
function ownFlags(dataDir: string, dropIns: boolean): readonly string[] {
  const agent = `${dataDir}/agent`;
  const always = [`kubeconfig=${agent}/kubelet.kubeconfig`, "read-only-port=0"];
  if (dropIns) return [`config-dir=${agent}/etc/kubelet.conf.d`, ...always];
  return [
    ...always,
    "anonymous-auth=false",
    "authentication-token-webhook=true",
    "authorization-mode=Webhook",
    `client-ca-file=${agent}/client-ca.crt`,
    `tls-cert-file=${agent}/serving-kubelet.crt`,
    `tls-private-key-file=${agent}/serving-kubelet.key`,
    "healthz-bind-address=127.0.0.1",
    "fail-swap-on=false",
  ];
}

function protects({ last, product }: Rancher): boolean {
  const profile = last("profile")?.text ?? "";
  return (
    last("protect-kernel-defaults")?.text === "true" || (product === "rke2" && profile.startsWith("cis"))
  );
}

export async function rancherWords(host: Host, ask: Ask): Promise<Started | undefined> {
  const found = await ask(rancher);
  if (found.state === "absent") return undefined;
  if (found.state === "error")
    return {
      words: [],
      source: wholeFile("/etc/rancher"),
      folder: "/",
      variables: new Set<string>(),
      files: [],
      stops: [],
      unread: [found.reason],
    };
  const { product, dataDir, all, unread } = found.value;
  const folder = await host.stat(`${dataDir}/agent/etc/kubelet.conf.d`);
  const own = [
    ...ownFlags(dataDir, folder.state === "ok"),
    ...(protects(found.value) ? ["protect-kernel-defaults=true"] : []),
  ];
  const given = all("kubelet-arg");
  const words: readonly FlagWord[] = [
    ...own.map((flag) => ({ text: `--${flag}`, source: wholeFile(product, `${product} passes --${flag}`) })),
    ...given.map(({ text, source }) => ({ text: text.startsWith("--") ? text : `--${text}`, source })),
  ];
  const main = `/etc/rancher/${product}/config.yaml`;
  return {
    words,
    source: wholeFile(main),
    folder: "/",
    variables: new Set<string>(),
    files: [...new Set([main, ...given.map(({ source }) => source.file)])],
    stops: [],
    unread,
  };
}
