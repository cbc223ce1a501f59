import grpc
from google.protobuf.json_format import MessageToDict
from weft.v1 import gateway_pb2, gateway_pb2_grpc

gateway = gateway_pb2_grpc.GatewayServiceStub(grpc.insecure_channel("127.0.0.1:7400"))

call = gateway_pb2.ExecuteRequest(service="places", function="search")
call.args.update({"name": "reykj", "limit": 1})
print(MessageToDict(gateway.Execute(call, timeout=5).result))

stream = gateway_pb2.StreamRequest(service="places", function="export")
stream.args.update({"country": "IS"})
items = [message.item for message in gateway.Stream(stream) if message.HasField("item")]
print(f"{len(items)} cities in Iceland")
