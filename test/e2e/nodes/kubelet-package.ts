// The stand-in kubelet as the Debian package that kubeadm nodes have: program, unit and drop-in, known to dpkg.
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { runProgram } from "../beds/process.js";
import { nodePath } from "../beds/recipe.js";
import { componentProgram } from "./kubelet-pods.js";

export const kubeletVersion = "1.36.2";

const unit = `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/kubelet
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

const dropIn = `# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;

/** A program for nodes, in one file with the line that starts it. */
async function bundled(file: string, define: Readonly<Record<string, string>>): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    define: { ...define },
    banner: { js: `#!${nodePath}` },
  });
  return result.outputFiles[0]?.text ?? "";
}

function control(name: string, version: string): string {
  const fields = [
    `Package: ${name}`,
    `Version: ${version}`,
    "Architecture: amd64",
    "Maintainer: nobody <nobody@localhost>",
  ];
  return `${[...fields, "Section: misc", "Priority: optional", `Description: ${name}, a stand-in for tests`].join("\n")}\n`;
}

async function packed(
  name: string,
  version: string,
  files: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "nodeward-deb-"));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, "tree", path)), { recursive: true });
    writeFileSync(join(folder, "tree", path), text);
    chmodSync(join(folder, "tree", path), path.startsWith("usr/bin/") ? 0o755 : 0o644);
  };
  try {
    for (const [path, text] of Object.entries(files)) write(path, text);
    const sums = Object.entries(files).map(
      ([path, text]) => `${createHash("md5").update(text).digest("hex")}  ${path}\n`,
    );
    write("DEBIAN/control", control(name, version));
    write("DEBIAN/md5sums", sums.join(""));
    chmodSync(join(folder, "tree"), 0o755);
    const built = [
      "dpkg-deb",
      "--build",
      "--root-owner-group",
      "-Znone",
      join(folder, "tree"),
      join(folder, "deb"),
    ];
    const done = await runProgram(built);
    if (done.code !== 0) throw new Error(done.stderr);
    return readFileSync(join(folder, "deb"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The package's files by path, without the leading slash. */
export async function kubeletFiles(): Promise<Readonly<Record<string, string>>> {
  const program = await bundled("kubelet-program.ts", { KUBELET_VERSION: JSON.stringify(kubeletVersion) });
  return {
    "usr/bin/kubelet": program,
    [componentProgram.slice(1)]: await bundled("component-program.ts", {}),
    "usr/lib/systemd/system/kubelet.service": unit,
    "usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf": dropIn,
  };
}

/** The .deb file. */
export async function kubeletPackage(): Promise<Uint8Array> {
  return await packed("kubelet", `${kubeletVersion}-1.1`, await kubeletFiles());
}
