//! Who calls, and in which order the checks come.

use coldkeep_http::Memory;

use crate::ask::{Ask, SECRET, archives, ask, create_vault, door, door_with_vault};

const WRONG: &str = "The request signature we calculated does not match the signature you provided.…";

#[tokio::test]
async fn both_shapes_of_signature_are_accepted() {
    let door = door().await;
    ask("PUT", "/-/vaults/v").without_payload_hash().send(&door).await.is_bare(201);
    ask("POST", "/-/vaults/v/archives").upload("Welcome to Amazon Glacier.").send(&door).await.is_bare(201);
    let answer = ask("GET", "/012345678901/vaults/v").send(&door).await;
    assert_eq!((answer.status, answer.json()["NumberOfArchives"].as_i64()), (200, Some(1)));
}

#[tokio::test]
async fn what_is_not_well_signed_is_refused() {
    let door = door_with_vault().await;
    let get = || ask("GET", "/-/vaults/v");
    get().unsigned().send(&door).await.is_error(
        400,
        "MissingAuthenticationTokenException",
        "Request is missing Authentication Token",
    );
    get().by("NOBODY", "x").send(&door).await.is_error(400, "UnrecognizedClientException", "…");
    get().header("x-amz-security-token", "forged").send(&door).await.is_error(400, "UnrecognizedClientException", "…");
    for ask in [get(), get().without_payload_hash()] {
        ask.by("ROOT", "wrong").send(&door).await.is_error(403, "InvalidSignatureException", WRONG);
    }
    for minutes in [-20, 20] {
        get().made_minutes_ago(minutes).send(&door).await.is_error(403, "InvalidSignatureException", "…");
    }
    let tampered = ask("POST", "/-/vaults/v/jobs").payload(&"0".repeat(64)).body("{}").send(&door).await;
    tampered.is_error(
        403,
        "InvalidSignatureException",
        "The value passed in as x-amz-content-sha256 does not match the computed payload hash. Computed digest: \
         44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a expected hash: \
         0000000000000000000000000000000000000000000000000000000000000000",
    );
}

#[tokio::test]
async fn the_payloads_of_s3_are_no_payloads_here() {
    let door = door_with_vault().await;
    for payload in ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x"]
    {
        for ask in [ask("POST", "/-/vaults/v/archives").upload("data"), ask("POST", "/-/vaults/v/jobs")] {
            let answer = ask.payload(payload).send(&door).await;
            answer.is_error(403, "InvalidSignatureException", "The value passed in as x-amz-content-sha256…");
        }
    }
    assert_eq!(archives(&door).await, 0);
}

#[tokio::test]
async fn an_upload_without_payload_hash_is_refused_before_its_body() {
    let door = door_with_vault().await;
    let part = "/-/vaults/none/multipart-uploads/none";
    for (method, path) in [("POST", "/-/vaults/v/archives"), ("POST", "/-/vaults/none/archives"), ("PUT", part)] {
        for secret in ["wrong", SECRET] {
            let ask = ask(method, path).upload(vec![7; 3_000_000]).without_payload_hash().by("ROOT", secret);
            let message = "The request signature cannot be verified before the body: the header x-amz-content-sha256…";
            ask.send(&door).await.is_error(403, "InvalidSignatureException", message);
        }
    }
    assert_eq!(archives(&door).await, 0);
}

#[tokio::test]
async fn where_they_are_taken_they_have_a_budget() {
    let budget = Memory::new(2_000_000);
    let door = door_with_vault().await.with_unproven_uploads(budget.clone());
    let upload = |bytes: usize| ask("POST", "/-/vaults/v/archives").upload(vec![7; bytes]).without_payload_hash();
    upload(1_000_000).send(&door).await.is_bare(201);
    upload(1_000_000).send(&door).await.is_bare(201);
    upload(2_000_001).send(&door).await.is_error(403, "InvalidSignatureException", "…");
    let _in_flight = budget.try_reserve(1_500_000);
    upload(1_000_000).send(&door).await.is_error(400, "ThrottlingException", "…");
    assert_eq!(archives(&door).await, 2);
}

#[tokio::test]
async fn an_upload_without_payload_hash_is_proven_at_its_end() {
    let door = door_with_vault().await.with_unproven_uploads(Memory::new(16 << 20));
    let upload = |path: &str| ask("POST", path).upload(vec![7; 3_000_000]).without_payload_hash();
    upload("/-/vaults/v/archives").send(&door).await.is_bare(201);
    assert_eq!(archives(&door).await, 1);
    // A stranger who knows the access key leaves nothing, and learns nothing of what is here.
    for vault in ["v", "none"] {
        let ask = upload(&format!("/-/vaults/{vault}/archives")).by("ROOT", "wrong");
        ask.send(&door).await.is_error(403, "InvalidSignatureException", WRONG);
    }
    let other = upload("/-/vaults/v/archives").payload(&"0".repeat(64)).send(&door).await;
    other.is_error(403, "InvalidSignatureException", WRONG);
    assert_eq!(archives(&door).await, 1);
    upload("/-/vaults/none/archives").send(&door).await.is_not_found("Vault not found for ARN: …");
    // What cannot be read to its end is refused first.
    let huge = upload("/-/vaults/v/archives").length(Some(5 << 30)).send(&door).await;
    huge.is_invalid("Invalid Content-Length: 5368709120");
}

#[tokio::test]
async fn the_version_header_comes_after_the_signature() {
    let door = door().await;
    let get = || ask("GET", "/-/vaults");
    get().version(None).send(&door).await.is_missing("API version");
    get().version(Some("2011-01-01")).send(&door).await.is_invalid("The API version is not supported: 2011-01-01");
    get().version(None).by("ROOT", "wrong").send(&door).await.is_error(403, "InvalidSignatureException", WRONG);
    ask("GET", "/asdf/vaults").version(None).send(&door).await.is_missing("API version");
}

#[tokio::test]
async fn accounts_and_permissions_come_before_vaults() {
    let door = door_with_vault().await;
    for account in ["999999999999", "asdf", "abcmnoxyz"] {
        let message = format!("Access denied for account ID: {account}");
        let answer = ask("GET", &format!("/{account}/vaults/none")).send(&door).await;
        answer.is_error(403, "AccessDeniedException", &message);
    }
    let by_user = |ask: Ask| ask.by("USER", SECRET);
    by_user(ask("GET", "/-/vaults/none")).send(&door).await.is_error(
        403,
        "AccessDeniedException",
        "User: arn:aws:iam::012345678901:user/ann is not authorized to perform: glacier:DescribeVault on resource: \
         arn:aws:glacier:us-east-1:012345678901:vaults/none",
    );
    by_user(ask("POST", "/-/vaults/v/archives").upload("x")).send(&door).await.is_error(
        403,
        "AccessDeniedException",
        "…",
    );
    create_vault(&door, "w").await;
}

#[tokio::test]
async fn unknown_routes_are_told() {
    let door = door_with_vault().await;
    let none = [("GET", "/-/nothing"), ("PATCH", "/-/vaults/v"), ("GET", "/-/vaults/v/archives"), ("GET", "/")];
    for (method, path) in none {
        ask(method, path).send(&door).await.is_error(404, "UnknownOperationException", "…");
    }
}

#[tokio::test]
async fn small_bodies_are_bounded() {
    let door = door_with_vault().await;
    let answer = ask("POST", "/-/vaults/v/jobs").body(vec![b' '; (1 << 20) + 1]).send(&door).await;
    answer.is_error(400, "BadRequest", "…");
}
