//! `beamlet event`: sample events, as each source sends them.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

#[derive(Args, Clone)]
#[command(after_help = "Examples:
  beamlet event queue
  beamlet event http | beamlet invoke hello -
  beamlet event queue --body '{\"order\": 7}' > event.json")]
pub struct Event {
    #[arg(value_enum)]
    pub source: Source,
    /// What the event carries
    #[arg(long, default_value = "{\"name\": \"Joe\"}")]
    pub body: String,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Source {
    /// Function URL and HTTP API, payload format 2.0
    Http,
    /// REST API, payload format 1.0
    HttpV1,
    /// WebSocket API
    Websocket,
    /// SQS
    Queue,
    /// SNS
    Topic,
    /// EventBridge Scheduler
    Schedule,
    /// S3
    ObjectStore,
    /// DynamoDB Streams
    TableStream,
}

const ACCOUNT: &str = "123456789012";
const REGION: &str = "us-east-1";
const TIME: &str = "2026-11-23T08:00:00Z";
const TIME_MS: u64 = 1_795_420_800_000;

pub fn run(arguments: &Event) -> anyhow::Result<()> {
    let event = sample(arguments.source, &arguments.body);
    println!("{}", serde_json::to_string_pretty(&event)?);
    Ok(())
}

/// AWS Lambda developer guide: the example events of each service.
fn sample(source: Source, body: &str) -> Value {
    match source {
        Source::Http => json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": "/hello",
            "rawQueryString": "name=Joe&lang=erlang",
            "cookies": ["session=1"],
            "headers": {
                "content-type": "application/json",
                "host": "abcdefghijklmnop.lambda-url.us-east-1.localhost",
                "user-agent": "curl/8.0",
            },
            "queryStringParameters": { "name": "Joe", "lang": "erlang" },
            "requestContext": {
                "accountId": "anonymous",
                "apiId": "abcdefghijklmnop",
                "domainName": "abcdefghijklmnop.lambda-url.us-east-1.localhost",
                "domainPrefix": "abcdefghijklmnop",
                "http": {
                    "method": "POST",
                    "path": "/hello",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": "curl/8.0",
                },
                "requestId": "8f1c1f6e-6f0b-4f6e-8a43-0d9f3f0d8a11",
                "routeKey": "$default",
                "stage": "$default",
                "time": "23/Nov/2026:08:00:00 +0000",
                "timeEpoch": TIME_MS,
            },
            "body": body,
            "isBase64Encoded": false,
        }),
        Source::HttpV1 => json!({
            "version": "1.0",
            "resource": "/{proxy+}",
            "path": "/hello",
            "httpMethod": "POST",
            "headers": { "Content-Type": "application/json", "Host": "api.localhost" },
            "multiValueHeaders": {
                "Content-Type": ["application/json"], "Host": ["api.localhost"],
            },
            "queryStringParameters": { "name": "Joe" },
            "multiValueQueryStringParameters": { "name": ["Joe"] },
            "pathParameters": { "proxy": "hello" },
            "stageVariables": null,
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": "abcdefghij",
                "domainName": "api.localhost",
                "httpMethod": "POST",
                "identity": { "sourceIp": "127.0.0.1", "userAgent": "curl/8.0" },
                "path": "/prod/hello",
                "protocol": "HTTP/1.1",
                "requestId": "8f1c1f6e-6f0b-4f6e-8a43-0d9f3f0d8a11",
                "requestTime": "23/Nov/2026:08:00:00 +0000",
                "requestTimeEpoch": TIME_MS,
                "resourceId": "123456",
                "resourcePath": "/{proxy+}",
                "stage": "prod",
            },
            "body": body,
            "isBase64Encoded": false,
        }),
        Source::Websocket => json!({
            "requestContext": {
                "routeKey": "$default",
                "messageId": "GXLKJfX4FiACG1w=",
                "eventType": "MESSAGE",
                "messageDirection": "IN",
                "connectionId": "GXLKAfX1FiACG1w=",
                "connectedAt": TIME_MS,
                "requestTimeEpoch": TIME_MS,
                "requestId": "GXLKJHX4FiAC",
                "apiId": "abcdefghij",
                "domainName": "ws.localhost",
                "stage": "prod",
                "identity": { "sourceIp": "127.0.0.1" },
            },
            "body": body,
            "isBase64Encoded": false,
        }),
        Source::Queue => json!({ "Records": [{
            "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
            "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
            "body": body,
            "attributes": {
                "ApproximateReceiveCount": "1",
                "SentTimestamp": TIME_MS.to_string(),
                "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                "ApproximateFirstReceiveTimestamp": TIME_MS.to_string(),
            },
            "messageAttributes": {},
            "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
            "eventSource": "aws:sqs",
            "eventSourceARN": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:my-queue"),
            "awsRegion": REGION,
        }]}),
        Source::Topic => json!({ "Records": [{
            "EventVersion": "1.0",
            "EventSource": "aws:sns",
            "EventSubscriptionArn":
                format!("arn:aws:sns:{REGION}:{ACCOUNT}:my-topic:21be56ed-a058-49f5-8c98-aedd2564c486"),
            "Sns": {
                "Type": "Notification",
                "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
                "TopicArn": format!("arn:aws:sns:{REGION}:{ACCOUNT}:my-topic"),
                "Subject": "example",
                "Message": body,
                "Timestamp": TIME,
                "SignatureVersion": "1",
                "Signature": "EXAMPLE",
                "SigningCertUrl": "EXAMPLE",
                "UnsubscribeUrl": "EXAMPLE",
                "MessageAttributes": {},
            },
        }]}),
        Source::Schedule => json!({
            "version": "0",
            "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": ACCOUNT,
            "time": TIME,
            "region": REGION,
            "resources": [format!("arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/every-minute")],
            "detail": "{}",
        }),
        Source::ObjectStore => json!({ "Records": [{
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": REGION,
            "eventTime": "2026-11-23T08:00:00.000Z",
            "eventName": "ObjectCreated:Put",
            "userIdentity": { "principalId": "EXAMPLE" },
            "requestParameters": { "sourceIPAddress": "127.0.0.1" },
            "responseElements": {
                "x-amz-request-id": "EXAMPLE123456789", "x-amz-id-2": "EXAMPLE123",
            },
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "uploads",
                "bucket": {
                    "name": "my-bucket",
                    "ownerIdentity": { "principalId": "EXAMPLE" },
                    "arn": "arn:aws:s3:::my-bucket",
                },
                "object": {
                    "key": "uploads/photo.jpg",
                    "size": 1024,
                    "eTag": "0123456789abcdef0123456789abcdef",
                    "sequencer": "0A1B2C3D4E5F678901",
                },
            },
        }]}),
        Source::TableStream => json!({ "Records": [{
            "eventID": "c4ca4238a0b923820dcc509a6f75849b",
            "eventName": "INSERT",
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": REGION,
            "dynamodb": {
                "ApproximateCreationDateTime": TIME_MS / 1000,
                "Keys": { "Id": { "N": "101" } },
                "NewImage": { "Id": { "N": "101" }, "Message": { "S": body } },
                "SequenceNumber": "4421584500000000017450439091",
                "SizeBytes": 26,
                "StreamViewType": "NEW_AND_OLD_IMAGES",
            },
            "eventSourceARN":
                format!("arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/my-table/stream/2026-11-23T00:00:00.000"),
        }]}),
    }
}
