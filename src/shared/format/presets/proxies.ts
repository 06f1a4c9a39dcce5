// Lines of proxies and caches.

import type { Preset } from "../preset.ts";

/** What Envoy and Istio write, up to the flags, and from the bytes on. */
const envoyHead = '[{timestamp:time}] "{request:request}" {status:any_status} {response_flags}';
const envoyTail =
  "{bytes_received:count} {bytes_sent:count} {duration_ms:count} {upstream_service_time:count} " +
  '"{x_forwarded_for:text}" "{user_agent:text}" "{request_id:text}" "{authority:text}" "{upstream_host:text}"';

export const proxyPresets: readonly Preset[] = [
  {
    names: ["traefik_clf"],
    about: "Traefik in the common format",
    line: {
      named:
        '{ip:host} - {user:user} [{timestamp:time}] "{request:request}" {status:any_status} {bytes:bytes} ' +
        '"{referrer:text}" "{user_agent:text}" {requests:count} "{router:text}" "{server_url:text}" {duration_ms:count}ms',
      escape: "backslash",
    },
    examples: [
      {
        line:
          '192.0.2.1 - - [19/Apr/2026:13:08:28 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8.1" 17 "web@docker" ' +
          '"http://192.0.2.80:80" 3ms',
        is: {
          ...{ ip: "192.0.2.1", timestamp: "19/Apr/2026:13:08:28 +0000", method: "GET", url: "/a" },
          ...{ protocol: "HTTP/1.1", status: "200", bytes: "5", user_agent: "curl/8.1" },
          ...{ requests: "17", router: "web@docker", server_url: "http://192.0.2.80:80" },
          duration_ms: "3",
        },
      },
    ],
  },
  {
    names: ["haproxy_http"],
    about: "HAProxy with `option httplog`, as syslog writes it to a file",
    line: {
      named:
        "{_}{blanks}{_} {_} {host} haproxy[{pid:count}]: {client:endpoint} [{timestamp:time}] {frontend} {backend}/{server} " +
        "{time_request:duration}/{time_queue:duration}/{time_connect:duration}/{time_response:duration}/{time_total:duration} " +
        "{status:any_status} {bytes:count} {request_cookie} {response_cookie} {termination_state} " +
        "{actconn:count}/{feconn:count}/{beconn:count}/{srv_conn:count}/{retries:count} {srv_queue:count}/{backend_queue:count} " +
        '(?{{captured_request_headers:text}} )(?{{captured_response_headers:text}} )"{request:request}"',
      escape: "none",
    },
    examples: [
      {
        line:
          "Feb  5 16:19:49 192.0.2.80 haproxy[7]: 192.0.2.8:53332 [05/Feb/2026:16:19:48.143] http_in~ app/web1 0/0/7/1457/1487 " +
          '200 11394 - - ---- 2/1/0/0/0 0/0 {Mozilla/5.0 (X11)} {} "GET /admin?a=1 HTTP/1.1"',
        is: {
          ...{ host: "192.0.2.80", pid: "7", client: "192.0.2.8", client_port: "53332" },
          ...{ timestamp: "05/Feb/2026:16:19:48.143", frontend: "http_in~", backend: "app" },
          ...{ server: "web1", time_request: "0", time_queue: "0", time_connect: "7" },
          ...{ time_response: "1457", time_total: "1487", status: "200", bytes: "11394" },
          ...{ termination_state: "----", actconn: "2", feconn: "1", beconn: "0", srv_conn: "0" },
          ...{ retries: "0", srv_queue: "0", backend_queue: "0", method: "GET" },
          ...{ captured_request_headers: "Mozilla/5.0 (X11)", url: "/admin?a=1" },
          protocol: "HTTP/1.1",
        },
      },
      {
        line:
          "Feb 25 16:19:49 lb haproxy[7]: 192.0.2.8:53332 [25/Feb/2026:16:19:48.143] http_in http_in/<NOSRV> -1/-1/-1/-1/5 " +
          '400 187 - - PR-- 2/1/0/0/0 0/0 "<BADREQ>"',
        is: {
          ...{ host: "lb", pid: "7", client: "192.0.2.8", client_port: "53332" },
          ...{ timestamp: "25/Feb/2026:16:19:48.143", frontend: "http_in", backend: "http_in" },
          ...{ server: "<NOSRV>", time_total: "5", status: "400", bytes: "187" },
          ...{ termination_state: "PR--", actconn: "2", feconn: "1", beconn: "0", srv_conn: "0" },
          ...{ retries: "0", srv_queue: "0", backend_queue: "0", url: "<BADREQ>" },
        },
      },
    ],
  },
  {
    names: ["envoy"],
    about: "Envoy with its default format",
    line: { named: `${envoyHead} ${envoyTail}`, escape: "none" },
    examples: [
      {
        line:
          '[2026-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "192.0.2.28" "client" ' +
          '"cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "locations" "tcp://192.0.2.1:80"',
        is: {
          ...{ timestamp: "2026-04-15T20:17:00.310Z", method: "POST", url: "/api/v1/locations" },
          ...{ protocol: "HTTP/2", status: "204", bytes_received: "154", bytes_sent: "0" },
          ...{ duration_ms: "226", upstream_service_time: "100", x_forwarded_for: "192.0.2.28" },
          ...{ user_agent: "client", request_id: "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" },
          ...{ authority: "locations", upstream_host: "tcp://192.0.2.1:80" },
        },
      },
      {
        line: '[2026-04-15T20:17:01.000Z] "GET / HTTP/1.1" 0 DC 0 0 5001 - "-" "a "quoted" agent" "-" "web" "-"',
        is: {
          ...{ timestamp: "2026-04-15T20:17:01.000Z", method: "GET", url: "/" },
          ...{ protocol: "HTTP/1.1", response_flags: "DC", bytes_received: "0", bytes_sent: "0" },
          ...{ duration_ms: "5001", user_agent: 'a "quoted" agent', authority: "web" },
        },
      },
      {
        line: '[2019-04-06T06:20:05.972Z] "- - -" 0 UF,URX 0 0 0 - "-" "-" "-" "-" "127.0.0.1:9200"',
        is: {
          ...{ timestamp: "2019-04-06T06:20:05.972Z", response_flags: "UF,URX" },
          ...{ bytes_received: "0", bytes_sent: "0", duration_ms: "0" },
          upstream_host: "127.0.0.1:9200",
        },
      },
    ],
  },
  {
    names: ["istio"],
    about: "Istio's proxies with the default format",
    line: {
      named:
        `${envoyHead} {response_code_details} {connection_termination_details} "{upstream_failure_reason:text}" ${envoyTail} ` +
        "{upstream_cluster} {upstream_local_address} {downstream_local_address} {downstream_remote_address} " +
        "{requested_server_name} {route_name}",
      escape: "none",
    },
    examples: [
      {
        line:
          '[2026-11-25T21:26:18.409Z] "GET /status/418 HTTP/1.1" 418 - via_upstream - "-" 0 135 3 1 "-" "curl/8.1" ' +
          '"84961386-6d84-929d-98bd-c5aee93b5c88" "web:8000" "127.0.0.1:80" inbound|8000|| 127.0.0.1:41854 192.0.2.27:80 ' +
          "192.0.2.23:37652 outbound_.8000_._.web.svc.cluster.local default",
        is: {
          ...{ timestamp: "2026-11-25T21:26:18.409Z", method: "GET", url: "/status/418" },
          ...{ protocol: "HTTP/1.1", status: "418", response_code_details: "via_upstream" },
          ...{ bytes_received: "0", bytes_sent: "135", duration_ms: "3", user_agent: "curl/8.1" },
          ...{ upstream_service_time: "1", request_id: "84961386-6d84-929d-98bd-c5aee93b5c88" },
          ...{ authority: "web:8000", upstream_host: "127.0.0.1:80" },
          ...{ upstream_cluster: "inbound|8000||", upstream_local_address: "127.0.0.1:41854" },
          downstream_local_address: "192.0.2.27:80",
          downstream_remote_address: "192.0.2.23:37652",
          requested_server_name: "outbound_.8000_._.web.svc.cluster.local",
          route_name: "default",
        },
      },
    ],
  },
  {
    names: ["squid"],
    about: "Squid with its native format",
    line: {
      named:
        "{timestamp:time}{blanks}{duration_ms:count} {ip:host} {cache_status}/{status:any_status} {bytes:count} {method} " +
        "{url:text} {user:user} {hierarchy}/{peer} {mime_type}",
      escape: "none",
    },
    timestamp: { form: "epoch_s" },
    examples: [
      {
        line: "1790640536.779    180 192.0.2.1 TCP_MISS/200 411 GET http://www.example.com/ - HIER_DIRECT/192.0.2.80 text/html",
        is: {
          ...{ timestamp: "1790640536.779", duration_ms: "180", ip: "192.0.2.1" },
          ...{ cache_status: "TCP_MISS", status: "200", bytes: "411", method: "GET" },
          ...{ url: "http://www.example.com/", hierarchy: "HIER_DIRECT", peer: "192.0.2.80" },
          mime_type: "text/html",
        },
      },
      {
        line: "1544160065.248    228 192.0.2.1 TCP_TUNNEL/200 87633 CONNECT en.wikipedia.org:443 - HIER_DIRECT/91.198.174.192 -",
        is: {
          ...{ timestamp: "1544160065.248", duration_ms: "228", ip: "192.0.2.1" },
          ...{ cache_status: "TCP_TUNNEL", status: "200", bytes: "87633", method: "CONNECT" },
          ...{ url: "en.wikipedia.org:443", hierarchy: "HIER_DIRECT", peer: "91.198.174.192" },
        },
      },
      {
        line: "1035368775.140  43001 192.0.2.1 TCP_MISS/000 0 GET http://www.example.com/a.jpg - TIMEOUT_DEFAULT_PARENT/proxy.example.com -",
        is: {
          ...{ timestamp: "1035368775.140", duration_ms: "43001", ip: "192.0.2.1" },
          ...{ cache_status: "TCP_MISS", bytes: "0", method: "GET" },
          ...{ url: "http://www.example.com/a.jpg", hierarchy: "TIMEOUT_DEFAULT_PARENT" },
          peer: "proxy.example.com",
        },
      },
    ],
  },
];
