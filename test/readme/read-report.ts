import { createClient } from "@weft/client";

const client = createClient("127.0.0.1:7400");
const requestId = await client.start("reports.count", { country: "IS" }); // accepted

console.log(await client.result(requestId, { timeoutMs: 60_000 })); // as soon as it is there

client.close();
