// Access logs of Amazon's load balancers and buckets. Fields are called as its manuals call them, but for those
// that access logs have. Amazon appends fields, and older lines have fewer.

import type { Preset } from "../preset.ts";

const balanced =
  "{request_processing_time:duration} {target_processing_time:duration} {response_processing_time:duration} " +
  "{elb_status_code:status} {target_status_code:status} {received_bytes:count} {sent_bytes:count} " +
  '"{request:request}" "{user_agent:text}" {ssl_cipher} {ssl_protocol}';

const agent = "Mozilla/5.0 (X11; Linux x86_64)";
const request = {
  method: "GET",
  url: "https://www.example.com:443/path/index.html",
  protocol: "HTTP/1.1",
};

export const awsPresets: readonly Preset[] = [
  {
    names: ["aws_alb"],
    about: "Amazon's Application Load Balancer",
    line: {
      named:
        `{type} {timestamp:time} {elb} {client:endpoint} {target:endpoint} ${balanced} {target_group_arn} ` +
        '"{trace_id:text}" "{domain_name:text}" "{chosen_cert_arn:text}" {matched_rule_priority:number} ' +
        '{request_creation_time} "{actions_executed:text}" "{redirect_url:text}" "{error_reason:text}"' +
        '(? "{target_port_list:text}" "{target_status_code_list:text}"' +
        '(? "{classification:text}" "{classification_reason:text}"))',
      escape: "backslash",
    },
    appended: true,
    examples: [
      {
        line:
          "https 2026-01-01T00:55:04.127531Z app/my-alb/abcdef 192.0.2.1:2817 192.0.2.2:80 0.001 0.102 0.000 200 200 225 24950 " +
          `"GET https://www.example.com:443/path/index.html HTTP/1.1" "${agent}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 ` +
          'arn:aws:elasticloadbalancing:eu-west-1:123456789123:targetgroup/web/abcdef "Root=1-abcdef" "www.example.com" ' +
          '"arn:aws:acm:eu-west-1:123456789123:certificate/abcdef" 0 2026-01-01T00:55:04.023000Z "forward" "-" "-" "192.0.2.2:80" "200"',
        is: {
          ...{ type: "https", timestamp: "2026-01-01T00:55:04.127531Z", elb: "app/my-alb/abcdef" },
          ...{ client: "192.0.2.1", client_port: "2817", target: "192.0.2.2", target_port: "80" },
          ...{ request_processing_time: "0.001", target_processing_time: "0.102" },
          ...{
            response_processing_time: "0.000",
            elb_status_code: "200",
            target_status_code: "200",
          },
          ...{ received_bytes: "225", sent_bytes: "24950", ...request, user_agent: agent },
          ...{ ssl_cipher: "ECDHE-RSA-AES128-GCM-SHA256", ssl_protocol: "TLSv1.2" },
          target_group_arn:
            "arn:aws:elasticloadbalancing:eu-west-1:123456789123:targetgroup/web/abcdef",
          ...{ trace_id: "Root=1-abcdef", domain_name: "www.example.com" },
          chosen_cert_arn: "arn:aws:acm:eu-west-1:123456789123:certificate/abcdef",
          ...{ matched_rule_priority: "0", request_creation_time: "2026-01-01T00:55:04.023000Z" },
          ...{ actions_executed: "forward", target_port_list: "192.0.2.2:80" },
          target_status_code_list: "200",
        },
      },
      {
        line:
          "http 2026-01-01T00:55:05.000000Z app/my-alb/abcdef [2001:db8::1]:2817 - -1 -1 -1 502 - 225 0 " +
          '"GET http://www.example.com:80/ HTTP/1.1" "-" - - - "Root=1-abcdef" "-" "-" -1 2026-01-01T00:55:04.023000Z "-" "-" "-"',
        is: {
          ...{ type: "http", timestamp: "2026-01-01T00:55:05.000000Z", elb: "app/my-alb/abcdef" },
          ...{ client: "2001:db8::1", client_port: "2817", elb_status_code: "502" },
          ...{ received_bytes: "225", sent_bytes: "0", method: "GET" },
          ...{ url: "http://www.example.com:80/", protocol: "HTTP/1.1", trace_id: "Root=1-abcdef" },
          ...{ matched_rule_priority: "-1", request_creation_time: "2026-01-01T00:55:04.023000Z" },
        },
      },
    ],
  },
  {
    names: ["aws_elb"],
    about: "Amazon's Classic Load Balancer",
    line: {
      named: `{timestamp:time} {elb} {client:endpoint} {backend:endpoint} ${balanced.replaceAll("target_", "backend_")}`,
      escape: "backslash",
    },
    appended: true,
    examples: [
      {
        line:
          "2026-05-13T23:39:43.945958Z my-loadbalancer 192.0.2.1:2817 192.0.2.2:80 0.000086 0.001048 0.001337 200 200 0 57 " +
          `"GET https://www.example.com:443/path/index.html HTTP/1.1" "${agent}" DHE-RSA-AES128-SHA TLSv1.2`,
        is: {
          ...{ timestamp: "2026-05-13T23:39:43.945958Z", elb: "my-loadbalancer", ...request },
          ...{ client: "192.0.2.1", client_port: "2817", backend: "192.0.2.2", backend_port: "80" },
          ...{ request_processing_time: "0.000086", backend_processing_time: "0.001048" },
          ...{ response_processing_time: "0.001337", elb_status_code: "200" },
          ...{
            backend_status_code: "200",
            received_bytes: "0",
            sent_bytes: "57",
            user_agent: agent,
          },
          ...{ ssl_cipher: "DHE-RSA-AES128-SHA", ssl_protocol: "TLSv1.2" },
        },
      },
      {
        line:
          "2026-05-13T23:39:43.945958Z my-loadbalancer 192.0.2.3:2817 192.0.2.2:80 0.001069 0.000028 0.000041 - - 82 305 " +
          '"- - - " "-" - -',
        is: {
          ...{ timestamp: "2026-05-13T23:39:43.945958Z", elb: "my-loadbalancer" },
          ...{ client: "192.0.2.3", client_port: "2817", backend: "192.0.2.2", backend_port: "80" },
          ...{ request_processing_time: "0.001069", backend_processing_time: "0.000028" },
          ...{ response_processing_time: "0.000041", received_bytes: "82", sent_bytes: "305" },
        },
      },
    ],
  },
  {
    names: ["aws_s3"],
    about: "access logs of Amazon's buckets",
    line: {
      named:
        "{bucket_owner} {bucket} [{timestamp:time}] {ip:host} {requester} {request_id} {operation} {key} " +
        '"{request:request}" {status:status} {error_code} {bytes_sent:count} {object_size:count} {total_time:count} ' +
        '{turn_around_time:count} "{referrer:text}" "{user_agent:text}"(? {version_id}(? {host_id} {signature_version} ' +
        "{cipher_suite} {authentication_type} {host_header} {tls_version}))",
      escape: "none",
    },
    appended: true,
    examples: [
      {
        line:
          "b659b576cff1e15e4c03 www.example.com [10/Feb/2026:16:42:07 -0500] 192.0.2.1 arn:aws:iam::123456789012:user/u1 " +
          `EB3502676500C6BE WEBSITE.GET.OBJECT index "GET /index HTTP/1.1" 200 - 368 368 10 9 "-" "${agent}"`,
        is: {
          ...{ bucket_owner: "b659b576cff1e15e4c03", bucket: "www.example.com" },
          ...{ timestamp: "10/Feb/2026:16:42:07 -0500", ip: "192.0.2.1" },
          ...{ requester: "arn:aws:iam::123456789012:user/u1", request_id: "EB3502676500C6BE" },
          ...{ operation: "WEBSITE.GET.OBJECT", key: "index", method: "GET", url: "/index" },
          ...{ protocol: "HTTP/1.1", status: "200", bytes_sent: "368", object_size: "368" },
          ...{ total_time: "10", turn_around_time: "9", user_agent: agent },
        },
      },
      {
        line:
          "b659b576cff1e15e4c03 bucket [10/Feb/2026:16:42:08 +0000] 192.0.2.3 - 3E57427F3EXAMPLE REST.GET.VERSIONING - " +
          '"GET /bucket?versioning HTTP/1.1" 403 AccessDenied 113 - 7 - "-" "S3Console/0.4" - ' +
          "s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6Uk= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader bucket.s3.amazonaws.com TLSV1.2 - -",
        is: {
          ...{ bucket_owner: "b659b576cff1e15e4c03", bucket: "bucket", ip: "192.0.2.3" },
          ...{ timestamp: "10/Feb/2026:16:42:08 +0000", request_id: "3E57427F3EXAMPLE" },
          ...{ operation: "REST.GET.VERSIONING", method: "GET", url: "/bucket?versioning" },
          ...{ protocol: "HTTP/1.1", status: "403", error_code: "AccessDenied", bytes_sent: "113" },
          ...{ total_time: "7", user_agent: "S3Console/0.4", signature_version: "SigV4" },
          host_id: "s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6Uk=",
          ...{ cipher_suite: "ECDHE-RSA-AES128-GCM-SHA256", authentication_type: "AuthHeader" },
          ...{ host_header: "bucket.s3.amazonaws.com", tls_version: "TLSV1.2" },
        },
      },
    ],
  },
  {
    names: ["aws_nlb"],
    about: "Amazon's Network Load Balancer, for TLS",
    line: {
      named:
        "{type} {version:number} {timestamp:time} {elb} {listener} {client:endpoint} {destination:endpoint} " +
        "{connection_time:duration} {tls_handshake_time:duration} {received_bytes:count} {sent_bytes:count} " +
        "{incoming_tls_alert} {chosen_cert_arn} {chosen_cert_serial} {tls_cipher} {tls_protocol_version} {tls_named_group} " +
        "{domain_name}(? {alpn_fe_protocol} {alpn_be_protocol} {alpn_client_preference_list}(? {tls_connection_creation_time}))",
      escape: "none",
    },
    appended: true,
    examples: [
      {
        line:
          "tls 2.0 2026-04-01T08:51:42 net/my-nlb/c6e77e28c25b2234 g3d4b5e8bb8464cd 192.0.2.1:51341 192.0.2.80:443 5 2 98 246 - " +
          "arn:aws:acm:eu-west-1:671290407336:certificate/2a108f19 - ECDHE-RSA-AES128-SHA tlsv12 - www.example.com h2 - - 2026-04-01T08:51:20",
        is: {
          ...{ type: "tls", version: "2.0", timestamp: "2026-04-01T08:51:42" },
          ...{ elb: "net/my-nlb/c6e77e28c25b2234", listener: "g3d4b5e8bb8464cd" },
          ...{ client: "192.0.2.1", client_port: "51341", destination: "192.0.2.80" },
          ...{ destination_port: "443", connection_time: "5", tls_handshake_time: "2" },
          ...{ received_bytes: "98", sent_bytes: "246", tls_cipher: "ECDHE-RSA-AES128-SHA" },
          chosen_cert_arn: "arn:aws:acm:eu-west-1:671290407336:certificate/2a108f19",
          ...{ tls_protocol_version: "tlsv12", domain_name: "www.example.com" },
          ...{ alpn_fe_protocol: "h2", tls_connection_creation_time: "2026-04-01T08:51:20" },
        },
      },
      {
        line:
          "tls 1.0 2018-12-20T02:59:40 net/my-nlb/c6e77e28c25b2234 g3d4b5e8bb8464cd 192.0.2.1:51341 192.0.2.80:443 5 2 98 246 - " +
          "arn:aws:acm:us-east-2:671290407336:certificate/2a108f19 - ECDHE-RSA-AES128-SHA tlsv12 - my-nlb.elb.us-east-2.amazonaws.com",
        is: {
          ...{ type: "tls", version: "1.0", timestamp: "2018-12-20T02:59:40" },
          ...{ elb: "net/my-nlb/c6e77e28c25b2234", listener: "g3d4b5e8bb8464cd" },
          ...{ client: "192.0.2.1", client_port: "51341", destination: "192.0.2.80" },
          ...{ destination_port: "443", connection_time: "5", tls_handshake_time: "2" },
          ...{ received_bytes: "98", sent_bytes: "246", tls_cipher: "ECDHE-RSA-AES128-SHA" },
          chosen_cert_arn: "arn:aws:acm:us-east-2:671290407336:certificate/2a108f19",
          ...{ tls_protocol_version: "tlsv12", domain_name: "my-nlb.elb.us-east-2.amazonaws.com" },
        },
      },
    ],
  },
  {
    names: ["aws_vpc_flow"],
    about: "flow logs of Amazon's VPC, version 2",
    line: {
      named:
        "{version:count} {account_id} {interface_id} {source:host} {destination:host} {source_port:count} " +
        "{destination_port:count} {protocol:count} {packets:count} {bytes:count} {timestamp:time} {end:count} {action} {log_status}",
      escape: "none",
    },
    timestamp: { form: "epoch_s" },
    examples: [
      {
        line: "2 123456789010 eni-1235b8ca1234 192.0.2.139 192.0.2.21 20641 22 6 20 4249 1790640536 1790640596 ACCEPT OK",
        is: {
          ...{ version: "2", account_id: "123456789010", interface_id: "eni-1235b8ca1234" },
          ...{ source: "192.0.2.139", destination: "192.0.2.21", source_port: "20641" },
          ...{ destination_port: "22", protocol: "6", packets: "20", bytes: "4249" },
          ...{ timestamp: "1790640536", end: "1790640596", action: "ACCEPT", log_status: "OK" },
        },
      },
      {
        line: "2 123456789010 eni-1235b8ca1234 - - - - - - - 1790640536 1790640596 - NODATA",
        is: {
          ...{ version: "2", account_id: "123456789010", interface_id: "eni-1235b8ca1234" },
          ...{ timestamp: "1790640536", end: "1790640596", log_status: "NODATA" },
        },
      },
    ],
  },
];
