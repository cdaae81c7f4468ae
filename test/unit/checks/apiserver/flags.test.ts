import { test } from "uvu";
import { authorization } from "../../../../src/checks/apiserver/authorization.js";
import { flags } from "../../../../src/checks/apiserver/flags.js";
import { testFlagChecks } from "../../../support/flag-checks.js";

const authn = "/etc/kubernetes/authn.yaml";
const authz = "/etc/kubernetes/authz.yaml";
const anonymous = (text: string) => ({ [authn]: `kind: AuthenticationConfiguration\nanonymous:\n${text}` });
const authorizers = (...types: string[]) => ({
  [authz]: `kind: AuthorizationConfiguration\nauthorizers:\n${types.map((type) => `- type: ${type}\n`).join("")}`,
});
const unset = (name: string) => [{ flags: { [name]: undefined }, says: `--${name} is not set` }];

testFlagChecks("kube-apiserver", flags, {
  "anonymous-auth": {
    passes: [
      {
        flags: { "authentication-config": authn, "anonymous-auth": undefined },
        files: anonymous("  enabled: false\n"),
      },
      {
        flags: { "authentication-config": authn, "anonymous-auth": undefined },
        files: anonymous("  enabled: true\n  conditions: [{path: /livez}, {path: /readyz}]\n"),
      },
      {
        flags: { "authentication-config": authn },
        files: { [authn]: "kind: AuthenticationConfiguration\n" },
      },
    ],
    fails: [
      { flags: { "anonymous-auth": undefined }, says: "defaults to true" },
      { flags: { "anonymous-auth": "true" } },
      {
        flags: { "authentication-config": authn, "anonymous-auth": undefined },
        files: anonymous("  enabled: true\n"),
        says: "for every path",
      },
      {
        flags: { "authentication-config": authn, "anonymous-auth": undefined },
        files: anonymous("  enabled: true\n  conditions: [{path: /version}]\n"),
        says: "/version",
      },
    ],
    errors: [
      { flags: { "authentication-config": authn }, says: "no such file" },
      { flags: { "anonymous-auth": "off" }, says: "does not start: --anonymous-auth=off is not a boolean" },
    ],
  },
  "basic-auth-file": { fails: [{ flags: { "basic-auth-file": "/x.csv" } }] },
  "token-auth-file": { fails: [{ flags: { "token-auth-file": "/x.csv" } }] },
  "insecure-port": {
    passes: [{ flags: { "insecure-port": "0" } }, { version: "1.20.1" }],
    fails: [{ flags: { "insecure-port": "8080" } }, { version: "1.19.16", says: "defaults to 8080" }],
  },
  "insecure-bind-address": { fails: [{ flags: { "insecure-bind-address": "127.0.0.1" } }] },
  "secure-port": {
    passes: [{ flags: { "secure-port": undefined } }],
    fails: [{ flags: { "secure-port": "0" } }, { flags: { "secure-port": "x" } }],
  },
  profiling: { fails: [{ flags: { profiling: undefined } }, { flags: { profiling: "true" } }] },
  "request-timeout": {
    passes: [{ flags: { "request-timeout": "5m" } }, { flags: { "request-timeout": "1m30s" } }],
    fails: [{ flags: { "request-timeout": "0" } }, { flags: { "request-timeout": "1h" } }],
    errors: [{ flags: { "request-timeout": "60" }, says: "not a duration" }],
  },
  "service-account-lookup": {
    passes: [{ flags: { "service-account-lookup": "true" } }],
    fails: [{ flags: { "service-account-lookup": "false" } }],
  },
  "service-account-key-file": { fails: unset("service-account-key-file") },
  "service-account-extend-token": { fails: unset("service-account-extend-token-expiration") },
  "kubelet-https": { fails: [{ flags: { "kubelet-https": "false" } }] },
  "kubelet-client-certificate": {
    fails: unset("kubelet-client-certificate"),
  },
  "kubelet-client-key": {
    fails: unset("kubelet-client-key"),
  },
  "kubelet-certificate-authority": { fails: unset("kubelet-certificate-authority") },
  "client-ca-file": { fails: unset("client-ca-file") },
});

const plugins = "enable-admission-plugins";
const enabled = (name: string) => ({
  passes: [{ flags: { [plugins]: `A, ${name}` } }],
  fails: [
    { flags: { [plugins]: undefined } },
    { flags: { [plugins]: name, "disable-admission-plugins": name } },
  ],
});
const onByDefault = (name: string) => ({
  passes: [{ flags: { [plugins]: undefined } }],
  fails: [{ flags: { "disable-admission-plugins": name }, says: "--disable-admission-plugins" }],
});

testFlagChecks("kube-apiserver", authorization, {
  "authorization-mode": {
    passes: [
      { flags: { "authorization-mode": "Node,RBAC,Webhook" } },
      {
        flags: { "authorization-config": authz, "authorization-mode": undefined },
        files: authorizers("Node", "RBAC"),
      },
    ],
    fails: [
      { flags: { "authorization-mode": undefined }, says: "every request is allowed" },
      { flags: { "authorization-mode": "AlwaysAllow" } },
      { flags: { "authorization-mode": "Node,RBAC,AlwaysAllow" } },
      { flags: { "authorization-mode": "RBAC" }, says: "Node is missing" },
      {
        flags: { "authorization-config": authz, "authorization-mode": undefined },
        files: authorizers("Webhook"),
        says: "Node and RBAC are missing",
      },
    ],
    errors: [{ flags: { "authorization-config": authz }, says: "no such file" }],
  },
  "admission.NodeRestriction": enabled("NodeRestriction"),
  "admission.AlwaysAdmit": {
    fails: [
      { flags: { [plugins]: "NodeRestriction,AlwaysAdmit" } },
      { flags: { "admission-control": "AlwaysAdmit" } },
    ],
  },
  "admission.AlwaysPullImages": enabled("AlwaysPullImages"),
  "admission.ServiceAccount": {
    ...onByDefault("ServiceAccount"),
    fails: [...onByDefault("ServiceAccount").fails, { flags: { "admission-control": "NodeRestriction" } }],
  },
  "admission.NamespaceLifecycle": onByDefault("NamespaceLifecycle"),
  "admission.PodSecurity": {
    ...onByDefault("PodSecurity"),
    fails: [...onByDefault("PodSecurity").fails, { version: "1.22.1" }],
  },
  "admission.EventRateLimit": enabled("EventRateLimit"),
  "admission.ImagePolicyWebhook": enabled("ImagePolicyWebhook"),
  "deny-service-external-ips": enabled("DenyServiceExternalIPs"),
});

test.run();
