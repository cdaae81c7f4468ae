// How the API server's ports, time limit and anonymous requests are judged: defaults change with its version.
import { type Component, type ControlPlane, minorOf } from "../../facts/control-plane.js";
import type { Finding } from "../component-flag.js";
import { booleanOf } from "../flag-rules.js";

/** AuthenticationConfiguration decides where it says anything about anonymous requests (1.31 and later). */
export function anonymousAuth(component: Component, plane: ControlPlane): Finding {
  const config = component.flag("authentication-config");
  const flag = component.flag("anonymous-auth");
  if (config !== undefined && plane.anonymous.state === "error")
    return { actual: "unknown", evidence: [config.source], unknown: plane.anonymous.reason };
  if (config !== undefined && plane.anonymous.state === "known") {
    const { enabled, paths, path } = plane.anonymous.value;
    const evidence = [config.source];
    if (!enabled) return { actual: `off in ${path}`, evidence };
    const health = paths.length > 0 && paths.every((one) => /^\/(?:livez|readyz|healthz)$/.test(one));
    if (health) return { actual: `only ${paths.join(", ")}`, evidence };
    const where = paths.length > 0 ? `for ${paths.join(", ")}` : "for every path";
    return { actual: where, evidence, problem: `${path} allows anonymous requests ${where}` };
  }
  const value = booleanOf(component, "anonymous-auth", true);
  const evidence = flag === undefined ? [] : [flag.source];
  if (typeof value === "string") return { actual: flag?.value ?? "", evidence, stops: value };
  if (!value) return { actual: "false", evidence };
  const problem =
    flag === undefined ? "--anonymous-auth is not set and defaults to true" : "--anonymous-auth is true";
  return { actual: flag === undefined ? "true (the default)" : "true", evidence, problem };
}

/** On at 8080 by default before 1.20; only 0 is accepted up to 1.23; the flag is gone from 1.24 on. */
export function insecurePort(component: Component): Finding {
  const flag = component.flag("insecure-port");
  const evidence = flag === undefined ? [] : [flag.source];
  if (flag === undefined) {
    const minor = minorOf(component);
    if (minor !== undefined && minor < 20)
      return {
        actual: "8080 (the default)",
        evidence,
        problem: "--insecure-port is not set and defaults to 8080",
      };
    return { actual: "not set", evidence };
  }
  if (/^0+$/.test(flag.value)) return { actual: flag.value, evidence };
  return { actual: flag.value, evidence, problem: `--insecure-port is ${flag.value}` };
}

export function securePort(component: Component): Finding {
  const flag = component.flag("secure-port");
  if (flag === undefined) return { actual: "6443 (the default)", evidence: [] };
  const port = /^\d+$/.test(flag.value) ? Number(flag.value) : -1;
  const evidence = [flag.source];
  if (port >= 1 && port <= 65_535) return { actual: flag.value, evidence };
  return { actual: flag.value, evidence, problem: `--secure-port is ${flag.value}` };
}

export function requestTimeout(component: Component): Finding {
  const flag = component.flag("request-timeout");
  if (flag === undefined) return { actual: "60s (the default)", evidence: [] };
  const seconds = component.duration(flag.value);
  const evidence = [flag.source];
  if (seconds === undefined)
    return { actual: flag.value, evidence, stops: `--request-timeout=${flag.value} is not a duration` };
  if (seconds > 0 && seconds <= 300) return { actual: flag.value, evidence };
  return {
    actual: flag.value,
    evidence,
    problem: `--request-timeout is ${flag.value}, not between 1s and 300s`,
  };
}
