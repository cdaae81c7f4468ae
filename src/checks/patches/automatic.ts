// patches.automatic: security updates install themselves, and leave alone what would restart pods.
import { words } from "../../core/param.js";
import { defineCheck } from "../define.js";
import { judgeApt } from "./automatic-apt.js";
import { judgeDnf } from "./automatic-dnf.js";

/** What an upgrade in the middle of the day should not restart. */
const kubernetes = [
  "kubelet",
  "kubeadm",
  "kubectl",
  "containerd",
  "containerd.io",
  "cri-o",
  "docker-ce",
  "docker.io",
];

export default defineCheck({
  id: "patches.automatic",
  title: "Security updates are installed by themselves, but not those of the kubelet and the runtime",
  why: "Between the publication of a fix and the next maintenance lie days in which everybody knows the hole; the kubelet and the container runtime, though, must move in step with the cluster.",
  remedy:
    "Debian, Ubuntu: install unattended-upgrades, set APT::Periodic::Update-Package-Lists and APT::Periodic::Unattended-Upgrade to 1, keep the security origin in Unattended-Upgrade::Origins-Pattern, enable apt-daily.timer and apt-daily-upgrade.timer, and `apt-mark hold` the packages named. Red Hat: install dnf-automatic, set apply_updates = yes, enable its timer, and lock the versions.",
  breaks: "Upgrades restart services at the time of the timer.",
  severity: "medium",
  risk: "none",
  fixable: true,
  needs: ["automaticUpdates", "packages"],
  params: { held: words(kubernetes, "a list of package names") },
  evaluate: ({ automaticUpdates, packages }, { held }) =>
    automaticUpdates.tool === "unattended-upgrades"
      ? judgeApt(automaticUpdates, packages, held)
      : judgeDnf(automaticUpdates),
});
