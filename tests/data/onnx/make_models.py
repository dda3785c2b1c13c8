#!/usr/bin/python3
"""Writes the models of this folder, and what scikit-learn answers of them.

The graphs are those that skl2onnx makes of such models; the numbers are scikit-learn's. For each NAME
there are NAME.onnx and NAME.json with rows and answers: probabilities of all classes, or values.

Needs Debian's python3-sklearn and python3-onnx. Run it here; the files are kept, so that tests do not
need either.
"""

import json

import numpy as np
from onnx import TensorProto, helper
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeRegressor

ML = "ai.onnx.ml"
ROWS = 12


def node(op, inputs, outputs, **attributes):
    standard = {"Add", "Sub", "MatMul", "Relu", "Tanh", "Sigmoid", "Softmax", "Concat", "Cast", "Reshape",
                "Identity", "ArgMax"}
    return helper.make_node(op, inputs, outputs, name=op + outputs[0],
                            domain="" if op in standard else ML, **attributes)


def table(width, kind=TensorProto.FLOAT, name="X"):
    return helper.make_tensor_value_info(name, kind, [None, width])


def constant(name, array):
    array = np.asarray(array, dtype=np.float32)
    return helper.make_tensor(name, TensorProto.FLOAT, array.shape, array.flatten())


def shape(name, sizes):
    return helper.make_tensor(name, TensorProto.INT64, [len(sizes)], sizes)


def write(name, nodes, inputs, outputs, rows, answers, initializers=()):
    outputs = [helper.make_tensor_value_info(o, TensorProto.FLOAT, None) for o in outputs]
    graph = helper.make_graph(nodes, name, inputs, outputs, initializer=list(initializers))
    model = helper.make_model(graph, producer_name="skl2onnx", producer_version="1.14.0",
                              opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid(ML, 3)])
    with open(name + ".onnx", "wb") as file:
        file.write(model.SerializeToString())
    with open(name + ".json", "w") as file:
        json.dump({"rows": rows, "outputs": np.asarray(answers).tolist()}, file, indent=0)


def scaler(model, source, target):
    return node("Scaler", [source], [target], offset=[float(v) for v in model.mean_],
                scale=[float(1 / v) for v in model.scale_])


def sample(x):
    return x[:: max(1, len(x) // ROWS)][:ROWS].astype(np.float32)


def nodes_of(trees, weights_of, prefix):
    """The attributes of a TreeEnsemble: weights_of gives a leaf's [(output, weight)]."""
    a = {"nodes_" + k: [] for k in ("treeids", "nodeids", "featureids", "values", "modes", "truenodeids",
                                    "falsenodeids", "hitrates", "missing_value_tracks_true")}
    w = {prefix + "_" + k: [] for k in ("treeids", "nodeids", "ids", "weights")}
    for number, tree in enumerate(trees):
        for i in range(tree.node_count):
            leaf = tree.children_left[i] < 0
            a["nodes_treeids"].append(number)
            a["nodes_nodeids"].append(i)
            a["nodes_featureids"].append(0 if leaf else int(tree.feature[i]))
            a["nodes_values"].append(0.0 if leaf else float(np.float32(tree.threshold[i])))
            a["nodes_modes"].append("LEAF" if leaf else "BRANCH_LEQ")
            a["nodes_truenodeids"].append(0 if leaf else int(tree.children_left[i]))
            a["nodes_falsenodeids"].append(0 if leaf else int(tree.children_right[i]))
            a["nodes_hitrates"].append(1.0)
            a["nodes_missing_value_tracks_true"].append(0)
            for output, weight in weights_of(tree, i) if leaf else []:
                w[prefix + "_treeids"].append(number)
                w[prefix + "_nodeids"].append(i)
                w[prefix + "_ids"].append(output)
                w[prefix + "_weights"].append(float(weight))
    return {**a, **w}


def logistic_iris():
    iris = load_iris()
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(iris.data, iris.target)
    linear = model[-1]
    rows = sample(iris.data)
    labels = [str(name) for name in iris.target_names]
    write("logistic_iris",
          [scaler(model[0], "X", "scaled"),
           node("LinearClassifier", ["scaled"], ["label", "scores"],
                coefficients=[float(v) for v in linear.coef_.flatten()],
                intercepts=[float(v) for v in linear.intercept_], classlabels_strings=labels,
                multi_class=1, post_transform="SOFTMAX"),
           node("Normalizer", ["scores"], ["shares"], norm="L1"),
           node("Identity", ["label"], ["output_label"]),
           node("ZipMap", ["shares"], ["output_probability"], classlabels_strings=labels)],
          [table(4)], ["output_label", "output_probability"], rows.tolist(), model.predict_proba(rows))


def forest_iris():
    iris = load_iris()
    model = RandomForestClassifier(5, max_depth=3, random_state=1).fit(iris.data, iris.target)
    rows = sample(iris.data)

    def weights(tree, i):
        shares = tree.value[i][0] / tree.value[i][0].sum() / len(model.estimators_)
        return list(enumerate(shares))

    write("forest_iris",
          [node("TreeEnsembleClassifier", ["X"], ["label", "scores"], classlabels_int64s=[0, 1, 2],
                post_transform="NONE", **nodes_of([e.tree_ for e in model.estimators_], weights, "class")),
           node("Cast", ["label"], ["output_label"], to=TensorProto.INT64)],
          [table(4)], ["output_label", "scores"], rows.tolist(), model.predict_proba(rows))


def boosting_cancer():
    data = load_breast_cancer()
    x = data.data[:, :6]
    model = GradientBoostingClassifier(n_estimators=10, max_depth=2, random_state=1).fit(x, data.target)
    rows = sample(x)
    prior = model.init_.class_prior_[1]
    write("boosting_cancer",
          [node("TreeEnsembleClassifier", ["X"], ["label", "scores"], classlabels_int64s=[0, 1],
                base_values=[float(np.log(prior / (1 - prior)))], post_transform="LOGISTIC",
                **nodes_of([e[0].tree_ for e in model.estimators_],
                           lambda tree, i: [(0, tree.value[i][0][0] * model.learning_rate)], "class"))],
          [table(6)], ["label", "scores"], rows.tolist(), model.predict_proba(rows))


def tree_diabetes():
    data = load_diabetes()
    model = DecisionTreeRegressor(max_depth=3, random_state=1).fit(data.data, data.target)
    rows = sample(data.data)
    write("tree_diabetes",
          [node("TreeEnsembleRegressor", ["X"], ["variable"], n_targets=1, post_transform="NONE",
                **nodes_of([model.tree_], lambda tree, i: [(0, tree.value[i][0][0])], "target"))],
          [table(10)], ["variable"], rows.tolist(), model.predict(rows))


def ridge_diabetes():
    data = load_diabetes()
    model = Ridge(alpha=0.1).fit(data.data, data.target)
    rows = sample(data.data)
    write("ridge_diabetes",
          [node("LinearRegressor", ["X"], ["variable"], coefficients=[float(v) for v in model.coef_],
                intercepts=[float(model.intercept_)])],
          [table(10)], ["variable"], rows.tolist(), model.predict(rows))


def layers(model, source, activation):
    """MatMul, Add and the activation of each layer; returns nodes, constants and the last output."""
    nodes, constants = [], []
    for i, (weights, biases) in enumerate(zip(model.coefs_, model.intercepts_)):
        constants += [constant("w%d" % i, weights), constant("b%d" % i, biases.reshape(1, -1))]
        nodes += [node("MatMul", [source, "w%d" % i], ["m%d" % i]),
                  node("Add", ["m%d" % i, "b%d" % i], ["a%d" % i])]
        source = "a%d" % i
        if i + 1 < len(model.coefs_):
            nodes.append(node(activation, [source], ["h%d" % i]))
            source = "h%d" % i
    return nodes, constants, source


def mlp_cancer():
    data = load_breast_cancer()
    x = data.data[:, :6]
    model = make_pipeline(StandardScaler(), MLPClassifier((5,), activation="tanh", max_iter=300,
                                                          random_state=1)).fit(x, data.target)
    nodes, constants, last = layers(model[-1], "cast", "Tanh")
    rows = sample(x)
    write("mlp_cancer",
          [scaler(model[0], "X", "scaled"), node("Cast", ["scaled"], ["cast"], to=TensorProto.FLOAT)] + nodes +
          [node("Sigmoid", [last], ["p"]), node("Sub", ["one", "p"], ["q"]),
           node("Concat", ["q", "p"], ["probabilities"], axis=1),
           node("ArgMax", ["probabilities"], ["label"], axis=1)],
          [table(6)], ["label", "probabilities"], rows.tolist(), model.predict_proba(rows),
          constants + [constant("one", [1])])


def mlp_iris():
    iris = load_iris()
    model = MLPClassifier((6, 4), activation="relu", max_iter=400, random_state=1).fit(iris.data, iris.target)
    nodes, constants, last = layers(model, "X", "Relu")
    rows = sample(iris.data)
    write("mlp_iris",
          nodes + [node("Softmax", [last], ["probabilities"], axis=1),
                   node("ArgMax", ["probabilities"], ["label"], axis=1)],
          [table(4)], ["label", "probabilities"], rows.tolist(), model.predict_proba(rows), constants)


def mlp_diabetes():
    data = load_diabetes()
    model = MLPRegressor((6,), max_iter=300, random_state=1).fit(data.data * 10, data.target / 100)
    nodes, constants, last = layers(model, "X", "Relu")
    rows = sample(data.data * 10)
    write("mlp_diabetes", nodes + [node("Reshape", [last, "column"], ["variable"])],
          [table(10)], ["variable"], rows.tolist(), model.predict(rows),
          constants + [shape("column", [-1, 1])])


def mixed():
    """Two numbers, one with gaps, and a category; the categories first among the model's columns."""
    random = np.random.default_rng(1)
    age = random.normal(40, 10, 60).astype(np.float32)
    age[::7] = np.nan
    income = random.normal(3, 1, 60).astype(np.float32)
    city = random.choice(["Ulm", "Bonn", "Jena"], 60)
    bought = (income + (city == "Ulm") > 3).astype(int)
    x = np.array([[a, i, c] for a, i, c in zip(age, income, city)], dtype=object)
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    model = make_pipeline(ColumnTransformer([("c", OneHotEncoder(), [2]), ("n", numbers, [0, 1])]),
                          LogisticRegression()).fit(x, bought)
    linear = model[-1]
    numbers = model[0].named_transformers_["n"]
    rows = x[:ROWS]
    write("mixed",
          [node("Concat", ["age", "income"], ["both"], axis=1),
           node("Imputer", ["both"], ["filled"], replaced_value_float=float("nan"),
                imputed_value_floats=[float(v) for v in numbers[0].statistics_]),
           scaler(numbers[1], "filled", "scaled"),
           node("OneHotEncoder", ["city"], ["encoded"], zeros=1,
                cats_strings=[str(c) for c in model[0].named_transformers_["c"].categories_[0]]),
           node("Reshape", ["encoded", "flat"], ["onehot"]),
           node("Concat", ["onehot", "scaled"], ["all"], axis=1),
           node("LinearClassifier", ["all"], ["label", "scores"],
                coefficients=[float(v) for v in np.concatenate([-linear.coef_[0], linear.coef_[0]])],
                intercepts=[float(-linear.intercept_[0]), float(linear.intercept_[0])],
                classlabels_strings=["no", "yes"], post_transform="LOGISTIC"),
           node("Normalizer", ["scores"], ["probabilities"], norm="L1")],
          [table(1, name="age"), table(1, name="income"), table(1, TensorProto.STRING, "city")],
          ["label", "probabilities"],
          [[None if np.isnan(a) else float(a), float(i), c] for a, i, c in rows],
          model.predict_proba(rows), [shape("flat", [-1, 3])])


if __name__ == "__main__":
    for make in (logistic_iris, forest_iris, boosting_cancer, tree_diabetes, ridge_diabetes, mlp_cancer, mlp_iris,
                 mlp_diabetes, mixed):
        make()
