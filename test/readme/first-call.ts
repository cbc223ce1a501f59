import { createClient } from "@weft/client";

const client = createClient("127.0.0.1:7400");

console.log(await client.call("places.search", { name: "reykj", limit: 1 }));

let cities = 0;
for await (const _city of client.stream("places.export", { country: "IS" })) cities++;
console.log(`${cities} cities in Iceland`);

client.close();
