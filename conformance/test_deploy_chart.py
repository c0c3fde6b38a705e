"""The Helm chart, rendered by Helm's own engine: that what comes out is what Kubernetes takes, fits together, and tells the server what it knows."""

import copy

import helm_python
import kubernetes_validate
import pytest
import yaml

from deployed import DEPLOY, alerts, known

CHART = DEPLOY / "helm/coldkeep"
LEAST = {
    "image": {"repository": "registry.example.com/coldkeep", "tag": "1"},
    "accountSecret": "account",
    "database": {"hosts": ["db1", "db2:5433"], "passwordSecret": "database"},
    "blobs": {"claim": "bytes"},
}
S3 = {"s3": {"bucket": "bucket", "prefix": "a/b", "endpoint": "https://s3.example.com:9000", "secret": "below"}}
MOST = {
    **LEAST,
    "replicas": 3,
    "imagePullSecrets": [{"name": "registry"}],
    "database": {"cloudNativePG": {"enabled": True, "storageClass": "fast", "imageName": "postgresql:15"}},
    "blobs": S3,
    "settings": {"COLDKEEP_DOMAIN": "s3.example.com", "COLDKEEP_LOG_FORMAT": "json"},
    "tlsSecret": "certificate",
    "service": {"type": "LoadBalancer", "port": 443, "annotations": {"a": "b"}},
    "ingress": {
        "enabled": True, "className": "nginx", "annotations": {"a": "b"}, "tlsSecret": "certificate",
        "hosts": ["s3.example.com", "*.s3.example.com"],
    },
    "antiAffinity": "preferred",
    "nodeSelector": {"disk": "fast"},
    "tolerations": [{"key": "storage", "operator": "Exists", "effect": "NoSchedule"}],
    "podAnnotations": {"a": "b"},
    "drainSeconds": 10,
    "shutdownSeconds": 120,
    "monitoring": {"serviceMonitor": True, "rules": True, "interval": "15s", "labels": {"release": "prometheus"}},
}  # fmt: skip
RADOS = {**LEAST, "replicas": 1, "blobs": {"rados": {"pool": "bytes", "secret": "ceph"}}}
OPERATORS = ("postgresql.cnpg.io/v1", "monitoring.coreos.com/v1")


@pytest.fixture(scope="module")
def chart():
    with helm_python.Chart.load(CHART) as loaded:
        yield loaded


@pytest.fixture(params=[LEAST, MOST, RADOS, {**LEAST, "blobs": S3}], ids=["least", "most", "rados", "s3"])
def rendered(request, chart):
    """Values, and what Kubernetes is given with them, by kind and name."""
    return request.param, render(chart, request.param)


def render(chart, values):
    texts = chart.render(values, name="rel", namespace="ns")
    texts.pop("coldkeep/templates/NOTES.txt")
    made = [one for text in texts.values() for one in yaml.safe_load_all(text) if one]
    found = {(one["kind"], one["metadata"]["name"]): one for one in made}
    assert len(found) == len(made)
    return found


def pod(found):
    return found["Deployment", "rel-coldkeep"]["spec"]["template"]


def environment(found):
    [container] = pod(found)["spec"]["containers"]
    names = [one["name"] for one in container["env"]]
    assert len(names) == len(set(names))
    return {one["name"]: one.get("value") or one["valueFrom"]["secretKeyRef"] for one in container["env"]}


@pytest.mark.parametrize("version", ["1.30", "1.37"])
def test_kubernetes_takes_what_is_rendered(rendered, version):
    for (kind, name), one in rendered[1].items():
        assert len(name) <= 63
        if one["apiVersion"] not in OPERATORS:
            kubernetes_validate.validate(one, version, strict=True)
    with pytest.raises(kubernetes_validate.ValidationError):
        wrong = copy.deepcopy(rendered[1]["Deployment", "rel-coldkeep"])
        wrong["spec"]["template"]["spec"]["containers"][0]["resource"] = {}
        kubernetes_validate.validate(wrong, version, strict=True)


def test_what_is_rendered_fits_together(rendered):
    _, found = rendered
    labels, [container] = pod(found)["metadata"]["labels"], pod(found)["spec"]["containers"]
    ports = {one["name"] for one in container["ports"]}
    selectors = [found["Deployment", "rel-coldkeep"]["spec"]["selector"]["matchLabels"]]
    chosen = [one["spec"]["selector"] for (kind, _), one in found.items() if kind in ("Service", "PodDisruptionBudget")]
    selectors += [one.get("matchLabels", one) for one in chosen]
    [[terms]] = [list(rule.values()) for rule in pod(found)["spec"]["affinity"].values()]
    selectors += [term.get("podAffinityTerm", term)["labelSelector"]["matchLabels"] for term in terms]
    for selector in selectors:
        assert selector and selector.items() <= labels.items()
    for (kind, _), one in found.items():
        if kind == "Service":
            assert {port["targetPort"] for port in one["spec"]["ports"]} <= ports
        if kind == "Ingress":
            backends = [path["backend"]["service"] for rule in one["spec"]["rules"] for path in rule["http"]["paths"]]
            for backend in backends:
                service = found["Service", backend["name"]]
                assert backend["port"]["name"] in [port["name"] for port in service["spec"]["ports"]]
        if kind == "ServiceMonitor":
            service, [end] = found["Service", "rel-coldkeep-admin"], one["spec"]["endpoints"]
            assert one["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
            assert end["port"] in [port["name"] for port in service["spec"]["ports"]]
            # The alarms know a store by the name of that service.
            assert "coldkeep" in service["metadata"]["name"] and one["metadata"]["labels"]["release"] == "prometheus"
    mounted = {one["name"]: one["mountPath"] for one in container["volumeMounts"]}
    assert set(mounted) == {one["name"] for one in pod(found)["spec"]["volumes"]}
    # Each file that is named is below what is mounted.
    for value in environment(found).values():
        words = str(value).replace("=", " ").replace("file://", " ").split()
        paths = [word for word in words if word.startswith("/")]
        assert all(any(path.startswith(folder) for folder in mounted.values()) for path in paths), value
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["port"] in ports
    sleep = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    drain = int(environment(found)["COLDKEEP_SHUTDOWN_DEADLINE"].rstrip("s"))
    assert pod(found)["spec"]["terminationGracePeriodSeconds"] >= sleep + drain + 10


def test_nobody_is_root_and_no_secret_is_told(rendered):
    _, found = rendered
    spec, [container] = pod(found)["spec"], pod(found)["spec"]["containers"]
    assert spec["securityContext"]["runAsNonRoot"] and spec["securityContext"]["runAsUser"] > 0
    assert not spec["automountServiceAccountToken"]
    fence = container["securityContext"]
    assert fence["readOnlyRootFilesystem"] and not fence["allowPrivilegeEscalation"] and fence["capabilities"]["drop"] == ["ALL"]
    for name, value in environment(found).items():
        if name.endswith(("_PASSWORD", "_SECRET_KEY", "_ACCESS_KEY")):
            assert isinstance(value, dict), name
    assert ":" not in environment(found)["COLDKEEP_META"].split("@")[0].removeprefix("postgres://")
    assert "Secret" not in {kind for kind, _ in found}


def test_the_server_knows_what_it_is_told(rendered, binary, server):
    _, found = rendered
    assert set(environment(found)) <= known(binary)[1]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        path = pod(found)["spec"]["containers"][0][probe]["httpGet"]["path"]
        assert server.admin(path)[0] == 200


def test_addresses_are_as_the_server_has_them(chart):
    addresses = {
        "least": (LEAST, "postgres://coldkeep@db1,db2:5433/coldkeep?sslmode=verify-full", "file:///srv/coldkeep"),
        "most": (
            MOST,
            "postgres://coldkeep@rel-coldkeep-db-rw/coldkeep?sslmode=verify-full&sslrootcert=/etc/coldkeep/database/ca.crt",
            "s3://bucket/a/b?region=us-east-1&endpoint=https://s3.example.com:9000",
        ),
        "rados": (RADOS, None, "rados://bytes?conf=/etc/ceph/ceph.conf"),
    }
    for values, meta, blobs in addresses.values():
        told = environment(render(chart, values))
        assert told["COLDKEEP_META"] == (meta or told["COLDKEEP_META"]) and told["COLDKEEP_BLOBS"] == blobs


def test_of_several_only_one_goes_at_a_time(chart):
    assert render(chart, LEAST)["PodDisruptionBudget", "rel-coldkeep"]["spec"]["maxUnavailable"] == 1
    assert ("PodDisruptionBudget", "rel-coldkeep") not in render(chart, RADOS)
    affinity = pod(render(chart, LEAST))["spec"]["affinity"]["podAntiAffinity"]
    [term] = affinity["requiredDuringSchedulingIgnoredDuringExecution"]
    assert term["topologyKey"] == "kubernetes.io/hostname"


def test_each_commit_of_the_database_waits_for_a_standby(chart):
    found = render(chart, MOST)
    cluster = found["Cluster", "rel-coldkeep-db"]
    assert cluster["apiVersion"] == "postgresql.cnpg.io/v1" and cluster["spec"]["instances"] >= 2
    assert cluster["spec"]["postgresql"]["synchronous"] == {"method": "any", "number": 1, "dataDurability": "required"}
    # As the operator names them.
    assert environment(found)["COLDKEEP_META_PASSWORD"] == {"name": "rel-coldkeep-db-app", "key": "password"}
    secrets = {one["name"]: one.get("secret") for one in pod(found)["spec"]["volumes"]}
    assert secrets["database-ca"]["secretName"] == "rel-coldkeep-db-ca"
    # Its key stays where it is.
    assert [item["key"] for item in secrets["database-ca"]["items"]] == ["ca.crt"]


def test_alarms_come_along_as_they_are(chart):
    groups = render(chart, MOST)["PrometheusRule", "rel-coldkeep"]["spec"]["groups"]
    assert [rule for group in groups for rule in group["rules"]] == alerts()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"image": {"tag": "1"}}, "/image/repository"),
        ({"accountSecret": ""}, "/accountSecret"),
        ({"database": {}}, "name its hosts"),
        ({"database": {"hosts": ["db"]}}, "database.passwordSecret"),
        ({"database": {"hosts": ["db"], "cloudNativePG": {"enabled": True}}}, "leave one out"),
        ({"database": {"hosts": ["db"], "passwordSecret": "x", "sslmode": "prefer"}}, "/database/sslmode"),
        ({"blobs": {}}, "name one of"),
        ({"blobs": {"claim": "bytes", **S3}}, "name one of"),
        ({"blobs": {"s3": {"bucket": "bucket"}}}, "blobs.s3.secret"),
        ({"blobs": {"rados": {"pool": "bytes"}}}, "blobs.rados.secret"),
        ({"settings": {"DOMAIN": "x"}}, "invalid propertyName 'DOMAIN'"),
        ({"ingress": {"enabled": True}}, "ingress.hosts"),
        ({"replica": 3}, "replica"),
    ],
)
def test_what_is_wrong_is_refused_by_name(chart, wrong, said):
    with pytest.raises(helm_python.HelmError) as refused:
        render(chart, {**LEAST, **wrong})
    assert said in str(refused.value)


def test_helm_finds_nothing_to_say():
    for values in (LEAST, MOST):
        report = helm_python.lint(CHART, values, strict=True, kube_version="v1.32.0")
        assert not report["errors"] and [one["error"] for one in report["messages"]] == ["icon is recommended"]
