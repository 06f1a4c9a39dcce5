// Lines that nginx writes as packages and ingress controllers configure it.

import type { Preset } from "../preset.ts";

const combined =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent ' +
  '"$http_referer" "$http_user_agent"';

const client = {
  ip: "192.0.2.1",
  timestamp: "26/Jan/2026:19:45:25 +0330",
  method: "GET",
  url: "/image/20116?name=q.jpg",
  protocol: "HTTP/1.1",
  status: "200",
  bytes: "4582",
  user_agent: "Mozilla/5.0 (X11; Linux x86_64)",
};
const written =
  '192.0.2.1 - - [26/Jan/2026:19:45:25 +0330] "GET /image/20116?name=q.jpg HTTP/1.1" 200 4582 "-" ' +
  '"Mozilla/5.0 (X11; Linux x86_64)"';

export const nginxPresets: readonly Preset[] = [
  {
    names: ["nginx_main"],
    about: "nginx with the `main` format of its packages",
    line: { nginx: `${combined} "$http_x_forwarded_for"` },
    examples: [
      { line: `${written} "-"`, is: client },
      {
        line:
          '2001:db8::7 - u1 [26/Jan/2026:20:01:45 +0330] "GET /a\\x22b HTTP/2.0" 499 0 ' +
          '"https://www.example.com/" "-" "198.51.100.4, 203.0.113.9"',
        is: {
          ...{ ip: "2001:db8::7", user: "u1", timestamp: "26/Jan/2026:20:01:45 +0330" },
          ...{ method: "GET", url: "/a\\x22b", protocol: "HTTP/2.0", status: "499", bytes: "0" },
          referrer: "https://www.example.com/",
          http_x_forwarded_for: "198.51.100.4, 203.0.113.9",
        },
      },
    ],
  },
  {
    names: ["nginx_main_ext"],
    about: "nginx with the format that its makers advise for monitoring",
    line: {
      nginx:
        `${combined} "$http_x_forwarded_for" "$host" sn="$server_name" rt=$request_time ` +
        'ua="$upstream_addr" us="$upstream_status" ut="$upstream_response_time" ' +
        'ul="$upstream_response_length" cs=$upstream_cache_status',
    },
    examples: [
      {
        line:
          `${written} "-" "www.example.com" sn="www.example.com" rt=0.105 ua="192.0.2.80:8080, 192.0.2.81:8080" ` +
          'us="502, 200" ut="0.001, 0.104" ul="0, 4582" cs=MISS',
        is: {
          ...client,
          ...{ vhost: "www.example.com", server_name: "www.example.com", request_time: "0.105" },
          upstream_addr: "192.0.2.80:8080, 192.0.2.81:8080",
          ...{ upstream_status: "502, 200", upstream_response_time: "0.001, 0.104" },
          ...{ upstream_response_length: "0, 4582", upstream_cache_status: "MISS" },
        },
      },
    ],
  },
  {
    names: ["ingress_nginx"],
    about: "the nginx ingress controller of Kubernetes",
    line: {
      named:
        '{ip:host} - {user:user} [{timestamp:time}] "{request:request}" {status:status} {bytes:count} ' +
        '"{referrer:text}" "{user_agent:text}" {request_length:count} {request_time:number} ' +
        "[{proxy_upstream_name}] [{proxy_alternative_upstream_name}] {upstream_addr:list} " +
        "{upstream_response_length:list} {upstream_response_time:list} {upstream_status:list} {req_id}",
      escape: "hex",
    },
    examples: [
      {
        line:
          `${written} 340 0.004 [default-web-80] [] 10.0.0.7:8080 4582 0.004 200 ` +
          "1f0a4bf2e0f0ae1d4b0b4e2a3b0a5ff2",
        is: {
          ...client,
          ...{
            request_length: "340",
            request_time: "0.004",
            proxy_upstream_name: "default-web-80",
          },
          ...{ upstream_addr: "10.0.0.7:8080", upstream_response_length: "4582" },
          ...{ upstream_response_time: "0.004", upstream_status: "200" },
          req_id: "1f0a4bf2e0f0ae1d4b0b4e2a3b0a5ff2",
        },
      },
      {
        line:
          `${written} 340 5.009 [default-web-80] [] 10.0.0.7:8080, 10.0.0.8:8080 0, 4582 5.001, 0.008 504, 200 ` +
          "9d3c4bf2e0f0ae1d4b0b4e2a3b0a5ff2",
        is: {
          ...client,
          ...{
            request_length: "340",
            request_time: "5.009",
            proxy_upstream_name: "default-web-80",
          },
          upstream_addr: "10.0.0.7:8080, 10.0.0.8:8080",
          ...{ upstream_response_length: "0, 4582", upstream_response_time: "5.001, 0.008" },
          ...{ upstream_status: "504, 200", req_id: "9d3c4bf2e0f0ae1d4b0b4e2a3b0a5ff2" },
        },
      },
    ],
  },
];
