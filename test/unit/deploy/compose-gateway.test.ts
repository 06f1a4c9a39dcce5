// Where the test of compose.yaml finds this host, when the engine does not name its own gateway.

import { endianness } from "node:os";
import { expect, it } from "vitest";
import { defaultGateway } from "../../compose/second-host.ts";

const heading =
  "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";
const local = "eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0";
const address = endianness() === "LE" ? "010011AC" : "AC110001";
const way = `eth0\t00000000\t${address}\t0003\t0\t0\t0\t00000000\t0\t0\t0`;

it("a container's table of routes names the host it runs on", () => {
  expect(defaultGateway([heading, local, way, ""].join("\n"))).toBe("172.17.0.1");
});

it.each([
  ["without a default route", [heading, local, ""].join("\n")],
  ["that is empty", ""],
])("a table of routes %s names nobody", (_, routes) => {
  expect(defaultGateway(routes)).toBeNull();
});
