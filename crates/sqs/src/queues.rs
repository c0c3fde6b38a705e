//! Queues: made, found, listed, changed, purged, deleted.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_messages::{Counts, Queue, defaults, is_name};
use coldkeep_wire::sqs::{
    CreateQueueRequest, CreateQueueResult, DeleteQueueOutput, DeleteQueueRequest, GetQueueAttributesRequest,
    GetQueueAttributesResult, GetQueueUrlRequest, GetQueueUrlResult, ListDeadLetterSourceQueuesRequest,
    ListDeadLetterSourceQueuesResult, ListQueuesRequest, ListQueuesResult, PurgeQueueOutput, PurgeQueueRequest,
    SetQueueAttributesOutput, SetQueueAttributesRequest,
};

use crate::errors::SqsError;
use crate::permit::{On, Wanted};
use crate::{SqsCall, attributes, redrive, tags, urls};

operations! {
    CreateQueue(CreateQueueRequest) "sqs:CreateQueue" |input| {
        Wanted::on(On::New(input.queue_name.clone())).tags(&input.tags)
    }, create;
    GetQueueUrl(GetQueueUrlRequest) "sqs:GetQueueUrl" |input| {
        Wanted::on(On::Name(input.queue_name.clone(), input.queue_owner_aws_account_id.clone()))
    }, url;
    ListQueues(ListQueuesRequest) "sqs:ListQueues" |_input| Wanted::on(On::Account), list;
    DeleteQueue(DeleteQueueRequest) "sqs:DeleteQueue" |input| Wanted::queue(&input.queue_url), delete;
    PurgeQueue(PurgeQueueRequest) "sqs:PurgeQueue" |input| Wanted::queue(&input.queue_url), purge;
    GetQueueAttributes(GetQueueAttributesRequest) "sqs:GetQueueAttributes" |input| Wanted::queue(&input.queue_url), get;
    SetQueueAttributes(SetQueueAttributesRequest) "sqs:SetQueueAttributes" |input| Wanted::queue(&input.queue_url), set;
    ListDeadLetterSourceQueues(ListDeadLetterSourceQueuesRequest) "sqs:ListDeadLetterSourceQueues" |input| {
        Wanted::queue(&input.queue_url)
    }, sources;
}

/// The most names of a page, and how many there are without a number.
const PAGE: usize = 1000;

async fn create(sqs: &SqsCall<'_>, input: &CreateQueueRequest) -> Result<CreateQueueResult, SqsError> {
    let (place, name) = (&sqs.asked.home, &input.queue_name);
    let is_fifo = input.attributes.get("FifoQueue").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if is_fifo || name.strip_suffix(".fifo").is_some_and(|plain| is_name(plain, 75)) {
        return Err(SqsError::unsupported("FIFO queues are not implemented by this server."));
    }
    if !is_name(name, 80) {
        return Err(SqsError::invalid(
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        ));
    }
    let arn = place.queue_arn(name);
    let mut record = defaults();
    attributes::apply(&mut record, &arn, &input.attributes)?;
    if let Some(redrive) = &record.redrive {
        redrive::check(sqs.messages, place, &arn, redrive).await?;
    }
    record.tags = tags::added(&[], &input.tags)?;
    let same = |record: &_| attributes::differs(record, &arn, &input.attributes);
    let queue = sqs.messages.create_queue(place, name, record, same).await?;
    Ok(CreateQueueResult { queue_url: Some(url_of(sqs, &queue)) })
}

fn url_of(sqs: &SqsCall<'_>, queue: &Queue) -> String {
    urls::of(sqs.call, &queue.place, &queue.name)
}

async fn url(sqs: &SqsCall<'_>, _input: &GetQueueUrlRequest) -> Result<GetQueueUrlResult, SqsError> {
    Ok(GetQueueUrlResult { queue_url: Some(url_of(sqs, sqs.queue()?)) })
}

async fn list(sqs: &SqsCall<'_>, input: &ListQueuesRequest) -> Result<ListQueuesResult, SqsError> {
    let place = &sqs.asked.home;
    let limit = page_size(input.max_results)?;
    let after = token(input.next_token.as_deref())?;
    let prefix = input.queue_name_prefix.as_deref().unwrap_or_default();
    let page = sqs.messages.list_queues(place, prefix, after.as_deref(), limit).await?;
    Ok(ListQueuesResult {
        // "You must set MaxResults to receive a value for NextToken in the response."
        next_token: page.next.filter(|_| input.max_results.is_some()).map(|name| STANDARD.encode(name)),
        queue_urls: page.items.iter().map(|name| urls::of(sqs.call, place, name)).collect(),
    })
}

fn page_size(asked: Option<i32>) -> Result<usize, SqsError> {
    match asked.map(usize::try_from) {
        None => Ok(PAGE),
        Some(Ok(number)) if (1..=PAGE).contains(&number) => Ok(number),
        Some(_) => {
            let number = asked.unwrap_or_default();
            Err(SqsError::invalid_value("MaxResults", number, "Must be an integer value between 1 and 1000"))
        }
    }
}

fn token(given: Option<&str>) -> Result<Option<String>, SqsError> {
    let Some(text) = given else { return Ok(None) };
    let decoded = STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.filter(|name| is_name(name, 80));
    decoded.map(Some).ok_or_else(|| SqsError::invalid_value("NextToken", text, "It is no token of this server."))
}

async fn delete(sqs: &SqsCall<'_>, _input: &DeleteQueueRequest) -> Result<DeleteQueueOutput, SqsError> {
    sqs.messages.delete_queue(sqs.queue()?).await?;
    Ok(DeleteQueueOutput {})
}

async fn purge(sqs: &SqsCall<'_>, _input: &PurgeQueueRequest) -> Result<PurgeQueueOutput, SqsError> {
    sqs.messages.purge(sqs.queue()?).await?;
    Ok(PurgeQueueOutput {})
}

async fn get(sqs: &SqsCall<'_>, input: &GetQueueAttributesRequest) -> Result<GetQueueAttributesResult, SqsError> {
    let (queue, names) = (sqs.queue()?, &input.attribute_names);
    attributes::check_names(names)?;
    let counts = match attributes::needs_counts(names) {
        true => sqs.messages.counts(queue).await?,
        false => Counts::default(),
    };
    Ok(GetQueueAttributesResult { attributes: attributes::told(queue, counts, names) })
}

async fn set(sqs: &SqsCall<'_>, input: &SetQueueAttributesRequest) -> Result<SetQueueAttributesOutput, SqsError> {
    let queue = sqs.queue()?;
    let arn = queue.arn();
    let mut wanted = queue.record.clone();
    attributes::apply(&mut wanted, &arn, &input.attributes)?;
    if let Some(redrive) = wanted.redrive.filter(|_| input.attributes.contains_key("RedrivePolicy")) {
        redrive::check(sqs.messages, &queue.place, &arn, &redrive).await?;
    }
    sqs.messages.change_queue(queue, |record| attributes::apply(record, &arn, &input.attributes)).await?;
    Ok(SetQueueAttributesOutput {})
}

async fn sources(
    sqs: &SqsCall<'_>,
    input: &ListDeadLetterSourceQueuesRequest,
) -> Result<ListDeadLetterSourceQueuesResult, SqsError> {
    let queue = sqs.queue()?;
    let limit = page_size(input.max_results)?;
    let after = token(input.next_token.as_deref())?;
    let mut names = sqs.messages.dead_letter_sources(queue).await?;
    names.retain(|name| after.as_ref().is_none_or(|after| name > after));
    let next = if names.len() > limit { names.get(limit - 1).map(|name| STANDARD.encode(name)) } else { None };
    names.truncate(limit);
    Ok(ListDeadLetterSourceQueuesResult {
        next_token: next.filter(|_| input.max_results.is_some()),
        queue_urls: names.iter().map(|name| urls::of(sqs.call, &queue.place, name)).collect(),
    })
}
