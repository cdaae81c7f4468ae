// docker.content-trust: images are only taken with a publisher's signature, as far as everybody's environment or the
// daemon's configuration says so.
import { defineCheck } from "../define.js";

const variable = "DOCKER_CONTENT_TRUST";

export default defineCheck({
  id: "docker.content-trust",
  title: "Docker takes only images that are signed",
  why: "Without it the registry, or whoever stands in its place, decides what a tag is.",
  remedy: `Put ${variable}=1 into /etc/environment, so that every login has it. It holds for the docker command alone: what asks the API is not bound by it.`,
  breaks: "Images without a signature can no longer be pulled, built upon or run.",
  severity: "low",
  risk: "none",
  fixable: false,
  needs: ["docker", "shellProfiles"],
  params: {},
  evaluate({ docker, shellProfiles }) {
    const enforced = docker.file.get("content-trust");
    const mode =
      typeof enforced?.value === "object" && enforced.value !== null
        ? new Map(Object.entries(enforced.value)).get("mode")
        : undefined;
    const settings = shellProfiles.settings(variable, shellProfiles.everybody);
    const last = settings.findLast(({ conditional }) => !conditional);
    const on = last?.value !== undefined && last.value !== "" && last.value !== "0";
    const unsure = settings.filter(({ conditional, value }) => conditional || value === undefined);
    const evidence = [
      ...(enforced === undefined ? [] : [enforced.source]),
      ...settings.map(({ source }) => source),
    ];
    const expected = `${variable}=1 for every login, or content-trust enforced in daemon.json`;
    if (mode === "enforced") return { expected, actual: "enforced", evidence, problems: [] };
    const unread = [...docker.unread, ...shellProfiles.unread];
    return {
      expected,
      actual: last === undefined ? "not set" : `${variable}=${last.value ?? last.raw}`,
      evidence,
      problems:
        on || unread.length > 0 || unsure.length > 0
          ? []
          : [
              {
                message: `${variable} is ${last === undefined ? "not set for every login" : `"${last.value}"`}`,
              },
            ],
      unknowns: [
        ...unread,
        ...unsure.map(
          ({ source }) => `whether ${source.file} sets ${variable} depends on more than that line`,
        ),
      ],
    };
  },
});
