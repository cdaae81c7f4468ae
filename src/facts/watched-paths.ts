// Which files are watched for drift: those that decide who may do what on a node. Not how they are read.

/** `content`: bytes, mode and owner. `attributes`: mode and owner alone, of files whose bytes change by themselves. */
export interface WatchedGlob {
  /** Wildcards as glob(7); `/**` at the end takes everything below. */
  readonly glob: string;
  readonly what: "content" | "attributes";
}

function content(globs: string): readonly WatchedGlob[] {
  return globs
    .trim()
    .split(/\s+/)
    .map((glob) => ({ glob, what: "content" }));
}

function attributes(globs: string): readonly WatchedGlob[] {
  return content(globs).map(({ glob }) => ({ glob, what: "attributes" }));
}

export const watchedGlobs: readonly WatchedGlob[] = [
  // Who may log in, and become whom.
  ...content(`/etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/subuid /etc/subgid /etc/login.defs /etc/shells
    /etc/securetty /etc/sudoers /etc/sudoers.d/* /etc/sudo.conf /etc/doas.conf /etc/pam.conf /etc/pam.d/* /etc/security/*
    /etc/security/*/* /etc/nsswitch.conf /etc/ssh/** /root/.ssh/** /etc/polkit-1/rules.d/*
    /etc/polkit-1/localauthority/*/* /etc/sssd/sssd.conf /etc/krb5.conf`),
  // What runs by itself.
  ...content(`/etc/crontab /etc/cron.allow /etc/cron.deny /etc/at.allow /etc/at.deny /etc/cron.*/* /var/spool/cron/*
    /var/spool/cron/crontabs/* /etc/systemd/system/** /etc/systemd/*.conf /etc/systemd/*.conf.d/* /run/systemd/system/**
    /usr/local/lib/systemd/system/** /usr/lib/systemd/system/** /etc/init.d/* /etc/rc.local /etc/inittab /etc/xinetd.d/*
    /etc/inetd.conf /etc/udev/rules.d/* /etc/NetworkManager/dispatcher.d/* /etc/profile /etc/profile.d/* /etc/bash.bashrc
    /etc/environment /root/.bashrc /root/.profile /root/.bash_profile /etc/ld.so.preload /etc/ld.so.conf
    /etc/ld.so.conf.d/*`),
  // The kernel, its modules and its firewall.
  ...content(`/etc/sysctl.conf /etc/sysctl.d/* /usr/lib/sysctl.d/* /etc/modprobe.d/* /etc/modules /etc/modules-load.d/*
    /etc/default/grub /etc/default/grub.d/* /boot/grub/grub.cfg /boot/grub2/grub.cfg /etc/fstab /etc/crypttab /etc/ufw/**
    /etc/default/ufw /etc/nftables.conf /etc/nftables/* /etc/iptables/* /etc/firewalld/** /etc/hosts /etc/hosts.allow
    /etc/hosts.deny /etc/resolv.conf /etc/apparmor.d/* /etc/apparmor.d/*/* /etc/selinux/config`),
  // What is installed from where, and what is written down of it all.
  ...content(`/etc/apt/sources.list /etc/apt/sources.list.d/* /etc/apt/apt.conf.d/* /etc/apt/trusted.gpg.d/*
    /etc/apt/keyrings/* /usr/share/keyrings/* /etc/yum.repos.d/* /etc/dnf/*.conf /etc/audit/** /etc/rsyslog.conf
    /etc/rsyslog.d/* /etc/logrotate.conf /etc/logrotate.d/* /etc/chrony/** /etc/chrony.conf /etc/nodeward/**`),
  // Kubernetes and its runtimes.
  ...content(`/etc/kubernetes/*.conf /etc/kubernetes/*.yaml /etc/kubernetes/manifests/* /etc/default/kubelet
    /etc/sysconfig/kubelet /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env
    /var/lib/kubelet/config.json /var/lib/kubelet/seccomp/** /etc/kubernetes/kubelet/** /etc/containerd/** /etc/docker/**
    /etc/crio/** /etc/containers/** /etc/cni/net.d/* /etc/rancher/** /var/lib/rancher/k3s/server/manifests/*
    /var/lib/rancher/k3s/agent/pod-manifests/* /var/lib/rancher/rke2/agent/pod-manifests/*
    /var/snap/microk8s/current/args/*`),
  ...attributes(`/etc/kubernetes/pki/** /var/lib/kubelet/pki/* /var/lib/rancher/k3s/server/tls/**
    /var/lib/rancher/rke2/server/tls/** /var/lib/etcd /var/lib/kubelet /etc/kubernetes /etc/ssh /root /root/.ssh /boot
    /run/containerd/containerd.sock /run/docker.sock /var/run/docker.sock /run/crio/crio.sock /etc/cron.d /etc/cron.daily
    /etc/cron.hourly /etc/cron.weekly /etc/cron.monthly /etc/sudoers.d /tmp /var/tmp /dev/shm`),
  // The platform's programs, and those that let people in.
  ...content(
    ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/bin"]
      .flatMap((folder) =>
        `kubelet kubeadm kubectl kube-proxy kube-apiserver kube-controller-manager kube-scheduler etcd etcdctl k3s rke2
        containerd containerd-shim-runc-v2 ctr nerdctl runc crun crictl crio conmon dockerd docker runsc kata-runtime sshd
        sudo su login passwd ssh falco tracee`
          .split(/\s+/)
          .map((name) => `${folder}/${name}`),
      )
      .join(" "),
  ),
  ...content("/opt/cni/bin/* /usr/lib/cni/* /usr/libexec/cni/* /usr/lib/systemd/systemd /usr/lib/openssh/*"),
];
