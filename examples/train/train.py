"""Trains the example models and writes them, with their held-out data, beside this folder.

    pip install -r requirements.txt && python train.py

Digits: the UCI optical recognition of handwritten digits (the copy that scikit-learn ships):
E. Alpaydin, C. Kaynak (1998), https://doi.org/10.24432/C50P49, CC BY 4.0.
Diabetes: Efron, Hastie, Johnstone, Tibshirani (2004), "Least Angle Regression", the copy that
scikit-learn ships (BSD 3-Clause).

Everything is seeded: the same library versions write the same files.
"""
import hashlib
import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_diabetes, load_digits
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from skl2onnx import to_onnx

HERE = pathlib.Path(__file__).resolve().parent.parent
MODELS, DATA = HERE / "models", HERE / "data"
OPSET = {"": 17, "ai.onnx.ml": 3}


def save(name, model, metadata):
    """Writes one model; `metadata` goes into the file's own metadata_props."""
    del model.metadata_props[:]
    model.producer_version = ""
    for key, value in metadata.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, str(value)
    onnx.checker.check_model(model)
    path = MODELS / f"{name}.onnx"
    path.write_bytes(model.SerializeToString())
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def classifier_onnx(estimator):
    model = to_onnx(estimator, initial_types=[("pixels", skl_float(64))],
                    options={"zipmap": False}, target_opset=OPSET)
    return model


def skl_float(width):
    from skl2onnx.common.data_types import FloatTensorType
    return FloatTensorType([None, width])


def linear_onnx(weights, bias, name="features"):
    """A linear scorer as one Gemm and a Squeeze: [k, d] -> scores [k]."""
    graph = helper.make_graph(
        [helper.make_node("Gemm", [name, "W", "B"], ["column"]),
         helper.make_node("Squeeze", ["column", "axes"], ["score"])],
        "ranker",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, len(weights)])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, [None])],
        [numpy_helper.from_array(np.asarray(weights, np.float32).reshape(-1, 1), "W"),
         numpy_helper.from_array(np.asarray([bias], np.float32), "B"),
         numpy_helper.from_array(np.asarray([1], np.int64), "axes")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def eight_bits(model):
    """Every weight matrix on 255 even steps around 0, as a symmetric 8-bit quantization stores it."""
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.ndim < 2:
            continue
        step = np.abs(values).max() / 127
        rounded = (np.round(values / step) * step).astype(np.float32)
        tensor.CopyFrom(numpy_helper.from_array(rounded, tensor.name))
    return model


def mlp(hidden, seed):
    return make_pipeline(StandardScaler(),
                         MLPClassifier(hidden, alpha=1e-2, max_iter=400, random_state=seed))


def digits(report):
    x, y = load_digits(return_X_y=True)
    x = x.astype(np.float32)
    train_x, test_x, train_y, test_y = train_test_split(
        x, y, test_size=797, random_state=7, stratify=y)
    # v1 saw 200 examples: an honest first model, worth replacing.
    v1 = LogisticRegression(C=0.01, max_iter=2000).fit(train_x[:200], train_y[:200])
    v2 = mlp((48,), 1).fit(train_x, train_y)
    v3 = mlp((40,), 2).fit(train_x, train_y)
    permutation = np.array([3, 7, 1, 9, 0, 2, 8, 4, 5, 6])
    v4 = mlp((48,), 3).fit(train_x, permutation[train_y])
    for name, estimator, metadata in [
        ("digits-v1", v1, {}),
        ("digits-v2", v2, {}),
        # The example model server obeys this key: it answers 500 after that many requests.
        ("digits-v3", v3, {"understudy.example.fail_after": 750}),
        ("digits-v4", v4, {}),
    ]:
        digest = save(name, classifier_onnx(estimator), metadata)
        accuracy = float((estimator.predict(test_x) == test_y).mean())
        report[name] = {"digest": digest, "metrics": {"accuracy": round(accuracy, 4)}}
    v5 = mlp((48,), 5).fit(train_x, train_y)
    for name, model in [("digits-v5", classifier_onnx(v5)), ("digits-v6", eight_bits(classifier_onnx(v2)))]:
        digest = save(name, model, {})
        accuracy = onnx_accuracy(model, test_x, test_y)
        report[name] = {"digest": digest, "metrics": {"accuracy": round(accuracy, 4)}}
    agree = lambda a, b: float((a.predict(test_x) == b.predict(test_x)).mean())
    report["notes"]["agreement"] = {"v1-v2": agree(v1, v2), "v2-v3": agree(v2, v3), "v3-v4": agree(v3, v4), "v2-v4": agree(v2, v4)}
    rows = [{"pixels": [int(v) for v in row], "label": int(label)} for row, label in zip(test_x, test_y)]
    (DATA / "digits-held-out.json").write_text(json.dumps({
        "source": "UCI Optical Recognition of Handwritten Digits, https://doi.org/10.24432/C50P49",
        "licence": "CC BY 4.0", "rows": rows}, separators=(",", ":")) + "\n")


def onnx_accuracy(model, x, y):
    from onnx.reference import ReferenceEvaluator
    label = ReferenceEvaluator(model).run(None, {"pixels": x})[0]
    return float((label == y).mean())


def ranker(report):
    x, y = load_diabetes(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(x, y, test_size=142, random_state=7)
    fit = Ridge(alpha=0.1).fit(train_x, train_y)
    for name, sign in [("ranker-v1", 1.0), ("ranker-v2", -1.0)]:
        digest = save(name, linear_onnx(sign * fit.coef_, sign * fit.intercept_), {})
        order = np.corrcoef(np.argsort(np.argsort(sign * fit.predict(test_x))),
                            np.argsort(np.argsort(test_y)))[0, 1]
        report[name] = {"digest": digest, "metrics": {"spearman": round(float(order), 4)}}
    rows = [{"features": [round(float(v), 6) for v in row], "progression": float(label)}
            for row, label in zip(test_x, test_y)]
    (DATA / "diabetes-held-out.json").write_text(json.dumps({
        "source": "Efron, Hastie, Johnstone, Tibshirani (2004), Least Angle Regression; as shipped by scikit-learn",
        "licence": "BSD 3-Clause (scikit-learn)", "rows": rows}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    MODELS.mkdir(exist_ok=True)
    DATA.mkdir(exist_ok=True)
    report = {"notes": {}}
    digits(report)
    ranker(report)
    print(json.dumps(report, indent=2))
    report.pop("notes")
    (MODELS / "models.json").write_text(json.dumps(report, indent=2) + "\n")
