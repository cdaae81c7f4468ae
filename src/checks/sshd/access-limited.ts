// sshd.access-limited: who may log in at all is named, instead of every account with a shell.
import { defineCheck } from "../define.js";

const keywords = ["AllowUsers", "AllowGroups", "DenyUsers", "DenyGroups"] as const;

export default defineCheck({
  id: "sshd.access-limited",
  title: "Only named users or groups log in over SSH",
  why: "Every account that a package or a colleague adds can otherwise be tried from the network.",
  remedy:
    "Set `AllowGroups` (or AllowUsers) to those who administer the node, your own account among them, then reload sshd.",
  breaks: "Whoever is not named is locked out.",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["sshd"],
  params: {},
  evaluate({ sshd }) {
    const settings = keywords.flatMap((keyword) => sshd.every(keyword));
    const set = settings.filter(({ value, everybody }) => everybody && value !== "");
    const shown = set.map(({ keyword, value }) => `${keyword} ${value}`);
    return {
      expected: "AllowUsers, AllowGroups, DenyUsers or DenyGroups is set for everybody",
      actual: shown.length === 0 ? "none is set" : shown.join("; "),
      evidence: settings.filter(({ value }) => value !== "").map(({ source }) => source),
      problems:
        set.length > 0
          ? []
          : [
              {
                message:
                  "sshd lets every account try: none of AllowUsers, AllowGroups, DenyUsers, DenyGroups is set",
              },
            ],
    };
  },
});
