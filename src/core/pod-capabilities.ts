// The capabilities that a plain container may have, by the names of capabilities(7) without CAP_. Judges nothing.

/** What the baseline of the Pod Security Standards lets a pod add. */
export const addableCapabilities = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
] as const;

/** What Docker and containerd give every container (moby, oci/caps/defaults.go): NET_RAW beside. */
export const usualCapabilities = [...addableCapabilities, "NET_RAW"] as const;
