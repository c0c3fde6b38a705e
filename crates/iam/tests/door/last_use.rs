//! When a key was last used: by proven signatures, with service and region, also after a restart.

use crate::world::{World, code, root};

async fn told(world: &World, key: &str) -> String {
    world.send(Some(&root()), format!("Action=GetAccessKeyLastUsed&AccessKeyId={key}")).await.1
}

#[tokio::test]
async fn uses_are_told_of_who_proves_to_have_the_key() {
    let world = World::new().await;
    let (key, secret) = world.user("ann", &[]).await;
    let never = "<Region>N/A</Region>";
    assert!(told(&world, &key).await.contains(never));
    let thief = (key.clone(), format!("{secret}x"));
    // Twice: what memory knows of a key must not count either.
    for _ in 0..2 {
        let (status, text) = world.send(Some(&thief), "Action=ListUsers".to_owned()).await;
        assert_eq!((status, code(&text).as_str()), (403, "SignatureDoesNotMatch"));
    }
    assert!(told(&world, &key).await.contains(never), "a key that is only named is not used");
    // Who is refused for want of permission has used it all the same.
    assert_eq!(world.send(Some(&(key.clone(), secret)), "Action=ListUsers".to_owned()).await.0, 403);
    for _ in 0..2 {
        let text = told(&world, &key).await;
        for part in ["<ServiceName>iam</ServiceName>", "<Region>us-east-1</Region>", "<LastUsedDate>20"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        world.identity.write_last_uses().await.expect("written");
    }
    let (_, problems) = coldkeep_identity::prove(&*world.meta).await.expect("read");
    assert!(problems.is_empty(), "{problems:?}");
}
