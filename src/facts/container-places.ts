// A container as its runtime left it on the disk, and the folders where runtimes keep theirs. Reads nothing.
import type { DockerContainer } from "../formats/docker-container.js";
import type { ContainerConfig } from "../formats/oci-config.js";

/** `runc` and `crun`: started by hand, without any of the others. */
export type Engine = "containerd" | "cri-o" | "podman" | "docker" | "runc" | "crun";

export interface Bundle {
  readonly engine: Engine;
  /** containerd's namespace: `k8s.io`, `moby`; empty for the others. */
  readonly namespace: string;
  readonly id: string;
  readonly file: string;
  readonly config: ContainerConfig;
  /** As its pid file says; undefined where there is none. */
  readonly pid: number | undefined;
  /** When that process started, in clock ticks since boot (proc_pid_stat(5)); undefined where nobody wrote it down. */
  readonly startTicks: number | undefined;
  /** Its runtime's own files say that it does not run. */
  readonly stopped: boolean;
  /** The last part of the shim's path: `containerd-shim-runc-v2`; empty where it is not told. */
  readonly shim: string;
  readonly docker: DockerContainer | undefined;
}

/** The folders in which runtimes keep state, as far as this node's configuration moves them. */
export interface BundlePlaces {
  readonly containerd: readonly string[];
  /** containers/storage: what lives until the next boot, and what is kept. */
  readonly storage: readonly { readonly run: string; readonly kept: string }[];
  readonly docker: readonly string[];
}

/** containerd's state folder of its own, of k3s and rke2, of MicroK8s, of Docker's private containerd. */
export const usualPlaces: BundlePlaces = {
  containerd: [
    "/run/containerd",
    "/run/k3s/containerd",
    "/var/snap/microk8s/common/run/containerd",
    "/run/docker/containerd/daemon",
  ],
  storage: [{ run: "/run/containers/storage", kept: "/var/lib/containers/storage" }],
  docker: ["/var/lib/docker"],
};
