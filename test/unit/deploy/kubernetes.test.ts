// The manifests for Kubernetes, as far as they can be checked without a cluster: they agree with one
// another, with compose.yaml, with the commands in the docs and with what the program accepts.

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { parseConfig } from "../../../src/shared/config/load.ts";
import { createKeyFolder } from "../../../src/shared/net/curve/key-folder.ts";
import { RoleSecurity } from "../../../src/shared/net/curve/key-ring.ts";
import { keepingLogger } from "../../support/silent-logger.ts";
import { tempFolder } from "../../support/temp-folder.ts";

type Labels = Record<string, string>;
type Named = { readonly name: string };
interface Container extends Named {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly Named[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  readonly securityContext: unknown;
  readonly resources: { readonly limits: unknown };
  readonly [probe: `${string}Probe`]: { readonly httpGet: { path: string; port: string } };
}
interface Volume extends Named {
  readonly secret?: {
    readonly secretName: string;
    readonly defaultMode: number;
    readonly items: readonly { readonly key: string; readonly path: string }[];
  };
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly configMap?: Named;
}
interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: Labels;
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
}
type Selector = { readonly matchLabels: Labels };
interface Rule {
  readonly from?: readonly { readonly podSelector?: Selector }[];
  readonly to?: readonly { readonly podSelector?: Selector }[];
  readonly ports: readonly { readonly port: number }[];
}
interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Named;
  readonly spec: {
    readonly selector: Selector & Labels;
    readonly podSelector: Selector;
    readonly replicas?: number;
    readonly serviceName?: string;
    readonly clusterIP?: string;
    readonly publishNotReadyAddresses?: boolean;
    readonly ports: readonly { readonly port: number; readonly targetPort: string }[];
    readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod };
    readonly volumeClaimTemplates?: readonly { readonly metadata: Named }[];
    readonly ingress: readonly Rule[];
    readonly egress: readonly Rule[];
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly metrics: readonly { readonly external: { readonly metric: Named } }[];
  };
}

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const folder = "deploy/kubernetes";
const kustomization = parse(read(`${folder}/kustomization.yaml`)) as {
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly { readonly name: string; readonly files: string[] }[];
  readonly images: readonly Named[];
};
// Kubernetes reads YAML 1.1, in which 0400 is octal.
const manifests = kustomization.resources.flatMap((file) =>
  parseAllDocuments(read(`${folder}/${file}`), { version: "1.1" }).map((document) => {
    if (!("errors" in document)) throw new Error(`${file} is empty`);
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  }),
);
const ofKind = (kind: string): readonly Manifest[] =>
  manifests.filter((manifest) => manifest.kind === kind);
const roles = ["ventilator", "sink", "worker"] as const;
type Role = (typeof roles)[number];
const workload = (role: Role): Manifest =>
  [...ofKind("StatefulSet"), ...ofKind("Deployment")].find(
    ({ metadata }) => metadata.name === role,
  ) ?? expect.fail(`${role} has no manifest`);
const podOf = (role: Role): Pod => workload(role).spec.template.spec;
const containerOf = (role: Role): Container => podOf(role).containers[0]!;
const portOf = (role: Role, name: string): number | undefined =>
  containerOf(role).ports?.find((port) => port.name === name)?.containerPort;
const selectedBy = (selector: Labels | undefined): readonly Role[] =>
  roles.filter((role) => {
    const { labels } = workload(role).spec.template.metadata;
    return Object.entries(selector ?? {}).every(([name, value]) => labels[name] === value);
  });

describe("the manifests for Kubernetes", () => {
  it("list every file, of kinds and versions that exist", () => {
    const files = readdirSync(join(root, folder)).filter((name) => name.endsWith(".yaml"));
    const others = new Set(["kustomization.yaml", "logmill.yaml"]);
    expect(files.filter((name) => !others.has(name))).toEqual([...kustomization.resources].sort());
    const kinds = manifests.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
    expect([...new Set(kinds)].sort()).toEqual([
      "apps/v1 Deployment",
      "apps/v1 StatefulSet",
      "autoscaling/v2 HorizontalPodAutoscaler",
      "networking.k8s.io/v1 NetworkPolicy",
      "policy/v1 PodDisruptionBudget",
      "v1 Namespace",
      "v1 PersistentVolumeClaim",
      "v1 Service",
    ]);
  });

  it.each(roles)("run the %s as compose.yaml does, but for the folder of keys", (role) => {
    const { services } = parse(read("compose.yaml"), { merge: true }) as {
      services: Record<Role, { readonly command: readonly string[] }>;
    };
    const command = services[role].command.map((part) =>
      part.replace("/keys/cluster", "/keys").replace(/\$\{\w+:-(.*)\}/, "$1"),
    );
    expect(containerOf(role).args).toEqual(command);
  });

  it.each(roles)("let the %s do nothing but its work, and end in order", (role) => {
    const pod = podOf(role);
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001 });
    expect(read("Dockerfile")).toContain("USER 10001:10001");
    for (const container of [...pod.initContainers, ...pod.containers]) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(kustomization.images.map(({ name }) => name)).toContain(container.image);
      expect(container.resources.limits).toHaveProperty("memory");
    }
    const { drainTimeoutMs } = configOf("ventilator").cluster;
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(drainTimeoutMs + 10_000);
  });

  it.each(roles)("mount volumes of the %s that exist, and probe ports that it has", (role) => {
    const { spec } = workload(role);
    const pod = podOf(role);
    const volumes = [...pod.volumes, ...(spec.volumeClaimTemplates ?? []).map((c) => c.metadata)];
    const mounted = [...pod.initContainers, ...pod.containers].flatMap((c) => c.volumeMounts);
    expect(new Set(mounted.map(({ name }) => name))).toEqual(new Set(volumes.map((v) => v.name)));
    const claims = ofKind("PersistentVolumeClaim").map(({ metadata }) => metadata.name);
    const configs = kustomization.configMapGenerator.map(({ name }) => name);
    for (const { persistentVolumeClaim, configMap } of pod.volumes) {
      if (persistentVolumeClaim) expect(claims).toContain(persistentVolumeClaim.claimName);
      if (configMap) expect(configs).toContain(configMap.name);
    }
    const { startupProbe, livenessProbe, readinessProbe } = containerOf(role);
    expect(startupProbe?.httpGet).toEqual({ path: "/health", port: "http" });
    expect(livenessProbe?.httpGet).toEqual({ path: "/health", port: "http" });
    expect(readinessProbe?.httpGet).toEqual({ path: "/ready", port: "http" });
    expect(portOf(role, "http")).toBe(8555);
    expect(selectedBy(spec.selector.matchLabels)).toEqual([role]);
  });

  it("have a service for each name and port of the configuration", () => {
    const { cluster } = parse(read(`${folder}/logmill.yaml`)) as { cluster: Labels };
    const compose = parse(read("deploy/compose/logmill.yaml")) as { cluster: Labels };
    for (const socket of ["tasks", "results", "acks"]) {
      const endpoint = cluster[socket]!.replace(/\$\{\w+:-(.*)\}/, "$1");
      expect(endpoint).toBe(compose.cluster[socket]);
      const [, name, port] = /^tcp:\/\/(\w+):(\d+)$/.exec(endpoint)!;
      const service = ofKind("Service").find(({ metadata }) => metadata.name === name)!;
      expect(service.spec).toMatchObject({ clusterIP: "None", publishNotReadyAddresses: true });
      const [role] = selectedBy(service.spec.selector);
      expect(workload(role!).spec).toMatchObject({ serviceName: name, replicas: 1 });
      const target = service.spec.ports.find((p) => p.port === Number(port))!.targetPort;
      expect(portOf(role!, target)).toBe(Number(port));
    }
  });

  it("have a configuration that each role accepts with the address of its pod", () => {
    for (const role of ["ventilator", "sink"] as const) {
      const { cluster, http } = configOf(role);
      const own = role === "sink" ? [cluster.results] : [cluster.tasks, cluster.acks];
      const others = role === "sink" ? [cluster.tasks, cluster.acks] : [cluster.results];
      for (const endpoint of own) expect(endpoint).toMatch(/^tcp:\/\/10\.1\.2\.3:/);
      for (const endpoint of others) expect(endpoint).toMatch(/^tcp:\/\/(ventilator|sink):/);
      expect(http).toMatchObject({ host: "0.0.0.0", port: 8555 });
    }
  });

  it("scale and protect what exists, by a metric that the adapter's rule serves", () => {
    const [autoscaler] = ofKind("HorizontalPodAutoscaler");
    const { scaleTargetRef, metrics } = autoscaler!.spec;
    expect(scaleTargetRef).toMatchObject({ kind: "Deployment", name: "worker" });
    expect(workload("worker").spec.replicas).toBeUndefined();
    const adapter = parse(read(`${folder}/monitoring/adapter-rules.yaml`)) as {
      externalRules: { name: { as: string }; seriesQuery: string; metricsQuery: string }[];
    };
    const [rule] = adapter.externalRules;
    expect(rule!.name.as).toBe(metrics[0]!.external.metric.name);
    const reference = read("docs/metrics.md");
    for (const [metric] of `${rule!.seriesQuery} ${rule!.metricsQuery}`.matchAll(/logmill_\w+/g)) {
      expect(reference).toContain(`\`${metric}\``);
    }
    const budgets = ofKind("PodDisruptionBudget");
    expect(budgets.flatMap(({ spec }) => selectedBy(spec.selector.matchLabels))).toEqual([
      ...roles,
    ]);
  });

  it("let each role reach the sockets that it needs, from both sides, and no others", () => {
    const wanted = ["sink>ventilator:5557", "worker>sink:5556", "worker>ventilator:5555"];
    const into: string[] = [];
    const out: string[] = [];
    for (const { spec } of ofKind("NetworkPolicy")) {
      const [own] = selectedBy(spec.podSelector.matchLabels);
      for (const { from, ports } of spec.ingress) {
        const peer = from?.[0]?.podSelector;
        if (peer) into.push(`${selectedBy(peer.matchLabels).join()}>${own}:${ports[0]!.port}`);
      }
      for (const { to, ports } of spec.egress) {
        const peer = to?.[0]?.podSelector;
        if (peer) out.push(`${own}>${selectedBy(peer.matchLabels).join()}:${ports[0]!.port}`);
      }
    }
    expect(into.sort()).toEqual(wanted);
    expect(out.sort()).toEqual(wanted);
  });
});

describe("the keys on Kubernetes", () => {
  it.each(roles)("of the %s, made as the docs say, are copied so that it takes them", (role) => {
    const home = tempFolder();
    const [made, secret, keys] = ["made", "secret", "keys"].map((name) => join(home, name));
    createKeyFolder(made!);
    const volume = podOf(role).volumes.find((v) => v.secret !== undefined)!.secret!;
    expect(volume.defaultMode).toBe(0o400);
    const files = documentedSecret(volume.secretName);
    expect(volume.items.map(({ key }) => key).sort()).toEqual([...files.keys()].sort());
    // As the kubelet lays it out: links to what lies in a hidden folder, readable by the group.
    mkdirSync(keys!);
    for (const { key, path } of volume.items) {
      const file = join(secret!, "..data", path);
      mkdirSync(dirname(file), { recursive: true });
      copyFileSync(join(home, files.get(key)!.replace(/^keys\//, "made/")), file);
      chmodSync(file, 0o440);
    }
    for (const name of readdirSync(join(secret!, "..data"))) {
      symlinkSync(join("..data", name), join(secret!, name));
    }
    const open = (keysFolder: string): RoleSecurity =>
      new RoleSecurity(role, { keys: keysFolder, isInsecure: false }, keepingLogger());
    expect(() => open(secret!)).toThrow(/may be read or written by others/);

    const [shell, ...args] = podOf(role).initContainers[0]!.command!;
    const own = args.map((arg) => arg.replaceAll("/secret", secret!).replaceAll("/keys", keys!));
    for (const start of ["first", "again"]) {
      const { status, stderr } = spawnSync(shell!, own, { encoding: "utf8" });
      expect(status, `${start}: ${stderr}`).toBe(0);
      expect(statSync(join(keys!, `${role}.key`)).mode & 0o077).toBe(0);
      expect(open(keys!).hasLists).toBe(role !== "worker");
    }
  });
});

/** The files that a command in the docs puts into a secret, by key. */
function documentedSecret(name: string): ReadonlyMap<string, string> {
  const docs = read("docs/cluster.md").replaceAll("\\\n", " ");
  const line = docs.split("\n").find((l) => l.includes(`create secret generic ${name} `));
  const pairs = [...(line ?? "").matchAll(/--from-file=(?:([\w.-]+)=)?(\S+)/g)];
  return new Map(pairs.map(([, key, path]) => [key ?? path!.replace(/^.*\//, ""), path!]));
}

function configOf(role: Role): ReturnType<typeof parseConfig> {
  const names = (containerOf(role).env ?? []).map(({ name }) => name);
  const hosts = names.filter((name) => name.endsWith("_HOST"));
  const env = Object.fromEntries(hosts.map((name) => [name, "10.1.2.3"]));
  return parseConfig(read(`${folder}/logmill.yaml`), "/etc/logmill/logmill.yaml", env);
}
