"""Calls functions as a client that knows only proto/ and its own gRPC does: each with a Struct and with JSON bytes."""
import json
import sys

import grpc
from google.protobuf.json_format import MessageToDict
from weft.v1 import gateway_pb2, gateway_pb2_grpc

task = json.load(sys.stdin)
gateway = gateway_pb2_grpc.GatewayServiceStub(grpc.insecure_channel(task["address"]))
answers = {}
for name, case in task["cases"].items():
    as_struct = gateway_pb2.ExecuteRequest(service="echo", function=name)
    as_struct.args.update({"value": json.loads(case["struct"])})
    as_json = gateway_pb2.ExecuteRequest(service="echo", function=name)
    as_json.args_json = ('{"value":%s}' % case["json"]).encode()
    answers[name] = {
        "struct": MessageToDict(gateway.Execute(as_struct, timeout=10).result),
        "json": gateway.Execute(as_json, timeout=10).result_json.decode(),
    }
print(json.dumps(answers))
